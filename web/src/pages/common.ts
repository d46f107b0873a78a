/** Small things that make a page handier and that it does without: `data-copy` copies a text, `data-print` prints. */

async function copy(control: HTMLElement): Promise<void> {
  const target = control.dataset["copyTarget"];
  const text = target === undefined ? control.dataset["copy"] : document.querySelector(target)?.textContent?.trim();
  if (text === undefined) return;
  await navigator.clipboard.writeText(text);
  control.dataset["copied"] = "";
  setTimeout(() => delete control.dataset["copied"], 2_000);
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const control = event.target.closest<HTMLElement>("[data-copy], [data-print]");
  if (control === null) return;
  if ("print" in control.dataset) window.print();
  else void copy(control);
});
