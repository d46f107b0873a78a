/** Line drawings. They explain what the words beside them say, so to a screen reader they are not there. */

type Attributes = Readonly<Record<string, string | number>>;

export function svg(tag: string, attributes: Attributes = {}, ...children: (SVGElement | string)[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

const canvas = (width: number, height: number, name: string, ...children: SVGElement[]): SVGElement =>
  svg("svg", { viewBox: `0 0 ${width} ${height}`, class: `segl-drawing segl-drawing--${name}`, "aria-hidden": "true", focusable: "false" }, ...children);

const box = (x: number, y: number, width: number, height: number, look: string, round = 4): SVGElement =>
  svg("rect", { x, y, width, height, rx: round, class: `segl-drawing__${look}` });

const line = (d: string, look = "line"): SVGElement => svg("path", { d, class: `segl-drawing__${look}` });

function mark(x: number, y: number, number: string): SVGElement[] {
  return [svg("circle", { cx: x, cy: y, r: 13, class: "segl-drawing__mark" }), svg("text", { x, y: y + 5, class: "segl-drawing__number" }, number)];
}

function person(x: number, y: number, size: number): SVGElement[] {
  return [
    svg("circle", { cx: x, cy: y - size * 0.3, r: size * 0.28, class: "segl-drawing__shape" }),
    line(`M${x - size * 0.48} ${y + size * 0.5}c0 -${size * 0.62} ${size * 0.96} -${size * 0.62} ${size * 0.96} 0z`, "shape"),
  ];
}

const ZONE = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"] as const;
const GLYPH = 10;
const LEFT = 20;

const zoneLine = (text: string, y: number): SVGElement =>
  svg("text", { x: LEFT, y, class: "segl-drawing__zone", textLength: text.length * GLYPH, lengthAdjust: "spacingAndGlyphs" }, text);

/** The page with the picture: where the number and the two dates stand in the zone (ICAO 9303-4, the specimen's own text). */
export function passportPage(): SVGElement {
  const place = (from: number, letters: number, number: string): SVGElement[] => [
    box(LEFT + from * GLYPH - 1, 206, letters * GLYPH + 1, 26, "place", 2), ...mark(LEFT + (from + letters / 2) * GLYPH, 256, number)];
  return canvas(480, 280, "passport",
    box(1, 1, 478, 243, "paper", 10),
    box(20, 20, 110, 134, "soft"), ...person(75, 92, 76),
    ...[40, 70, 100, 130].map((y, at) => line(`M154 ${y}h${[220, 150, 260, 120][at] ?? 100}`, "text")),
    ...place(0, 9, "1"), ...place(13, 6, "2"), ...place(21, 6, "3"),
    zoneLine(ZONE[0], 192), zoneLine(ZONE[1], 225));
}

/** The front of an ID card, with its card access number. */
export function cardFront(): SVGElement {
  return canvas(480, 280, "card",
    box(30, 1, 420, 264, "paper", 16),
    box(54, 60, 110, 134, "soft"), ...person(109, 132, 76),
    ...[36, 80, 110, 140].map((y, at) => line(`M${at === 0 ? 54 : 188} ${y}h${[180, 190, 130, 220][at] ?? 100}`, "text")),
    box(300, 206, 124, 36, "place"),
    svg("text", { x: 362, y: 231, class: "segl-drawing__can" }, "123456"));
}

/** A phone on a closed passport. */
export function phoneOnPassport(): SVGElement {
  return canvas(300, 200, "hold",
    box(40, 30, 150, 160, "cover", 10),
    svg("circle", { cx: 90, cy: 110, r: 26, class: "segl-drawing__coverline" }),
    box(140, 10, 100, 180, "phone", 14), box(150, 26, 80, 138, "screen", 4),
    line("M172 82q10 13 0 26M186 73q17 22 0 44M200 64q24 31 0 62", "wave"));
}

export type Pose = "straight" | "turn_left" | "turn_right" | "approach";

/** A head as the person should hold theirs, as in a mirror. */
export function head(pose: Pose): SVGElement {
  const size = pose === "approach" ? 1.35 : 1;
  const turn = pose === "turn_left" ? -1 : pose === "turn_right" ? 1 : 0;
  const [cx, cy, rx, ry] = [100, 82, 36 * size, 46 * size];
  const eye = (side: number): SVGElement => svg("circle", { cx: cx + (side * 14 + turn * 13) * size, cy: cy - 8 * size, r: 3.6 * size, class: "segl-drawing__dot" });
  const arrow = turn === 0
    ? pose === "approach" ? line("M38 34L22 18M22 18v15M22 18h15M162 34l16 -16M178 18v15M178 18h-15", "arrow") : line("", "arrow")
    : line(turn < 0 ? "M62 24C46 28 34 38 26 52M26 52l-2 -15M26 52l14 -6" : "M138 24c16 4 28 14 36 28M174 52l2 -15M174 52l-14 -6", "arrow");
  return canvas(200, 170, "head",
    line(`M${cx - 62 * size} 172c4 ${-34 * size} 34 ${-40 * size} ${62 * size} ${-40 * size}s${58 * size} ${6 * size} ${62 * size} ${40 * size}z`, "body"),
    svg("ellipse", { cx, cy, rx, ry, class: "segl-drawing__face" }),
    eye(-1), eye(1),
    line(`M${cx + turn * 18 * size} ${cy - 2 * size}l${(turn === 0 ? 4 : turn * 8) * size} ${14 * size}h${(turn === 0 ? -8 : -turn * 8) * size}`),
    line(`M${cx + (turn * 13 - 12) * size} ${cy + 25 * size}q${12 * size} ${7 * size} ${24 * size} 0`),
    arrow);
}
