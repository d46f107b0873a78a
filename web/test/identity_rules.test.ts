import assert from "node:assert/strict";
import { test } from "node:test";
import { continuationLink, normaliseContinuationCode } from "../src/protocol/continuation_code.ts";
import { readCan, readDate, readDocumentNumber, readZone } from "../src/protocol/document_fields.ts";
import { readPersonNumber } from "../src/protocol/person_number.ts";
import { countries, readPhone } from "../src/protocol/phone_number.ts";
import { isWrongPassword, whyRefused } from "../src/protocol/reading_verdict.ts";
import { userIdFault } from "../src/protocol/user_id_rules.ts";

test("R-UID-1: the last user ID that passes and the first that fails, as the server has it", () => {
  assert.equal(userIdFault("abcd"), "too_short");
  assert.equal(userIdFault("abcde"), undefined);
  assert.equal(userIdFault("å".repeat(48)), undefined);
  assert.equal(userIdFault("a".repeat(49)), "too_long");
  assert.equal(userIdFault("{}!#$^,*()_+-=:;?.@ æøåÆØÅ"), undefined);
  for (const wrong of ["é", '"', "\\", "/", "<", "&", "'", "~", "\t", "ß", "|"]) assert.equal(userIdFault(`abcde${wrong}f`), "character", wrong);
  assert.equal(userIdFault("ida holm"), undefined);
  assert.equal(userIdFault(" ida holm"), "space_at_edge");
  assert.equal(userIdFault("ida holm "), "space_at_edge");
  assert.equal(userIdFault("99999"), undefined);
  for (const cpr of ["1204901234", "120490-1234", "120490 1234"]) assert.equal(userIdFault(cpr), "looks_like_cpr", cpr);
  assert.equal(userIdFault("12049-01234"), undefined);
  assert.equal(userIdFault("120490123"), undefined);
});

test("a CPR number or a P code, as people write them", () => {
  for (const cpr of ["1204901234", "120490-1234", " 120490 1234 "]) assert.deepEqual(readPersonNumber(cpr), { kind: "cpr", digits: "1204901234" });
  for (const code of ["12345678", "1234-5678", "1234 5678"]) assert.deepEqual(readPersonNumber(code), { kind: "p_code", digits: "12345678" });
  for (const neither of ["", "123456789", "12049012345", "120490-123a", "12-049-01234"]) assert.equal(readPersonNumber(neither), undefined, neither);
});

test("the continuation code: case, hyphens and spaces do not matter, I L O U do not exist", () => {
  assert.equal(normaliseContinuationCode(" 7kd2 mx9r-a4tv "), "7KD2-MX9R-A4TV");
  for (const wrong of ["", "7KD2-MX9R-A4T", "7KD2-MX9R-A4TVX", "IKD2-MX9R-A4TV", "UKD2-MX9R-A4TV"]) assert.equal(normaliseContinuationCode(wrong), undefined, wrong);
});

test("a QR code to go on with is one of this very server", () => {
  const origin = "https://segl.example";
  assert.equal(continuationLink("https://segl.example/app/#continue=ab-c_9", origin), "ab-c_9");
  for (const foreign of ["https://other.example/app/#continue=abc", "https://segl.example/app/#approve=abc", "https://segl.example/#continue=abc", "SEGL1.abc", ""]) {
    assert.equal(continuationLink(foreign, origin), undefined, foreign);
  }
});

test("a date with day, month and year becomes YYMMDD, and the 30th of February does not", () => {
  for (const typed of ["12-04-1990", "12.4.1990", "12/04/90", " 12 04 90 ", "12041990", "120490"]) assert.equal(readDate(typed), "900412", typed);
  assert.equal(readDate("29-02-2000"), "000229");
  for (const wrong of ["", "12-04", "30-02-1990", "29-02-1999", "32-01-1990", "12-13-1990", "1990-04-12"]) assert.equal(readDate(wrong), undefined, wrong);
});

test("the zone of a passport and of a card, with line breaks or without; a line too short is noticed", () => {
  const passport = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
  assert.equal(readZone(passport.join("\n")), passport.join("\n"));
  assert.equal(readZone(passport.join("").toLowerCase()), passport.join("\n"));
  const card = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];
  assert.equal(readZone(` ${card.join(" \r\n")} \n`), card.join("\n"));
  assert.equal(readZone(passport.join("\n").slice(1)), undefined);
  assert.equal(readZone("Æ".repeat(88)), undefined);
});

test("document number and CAN", () => {
  assert.equal(readDocumentNumber(" l898 902c3 "), "L898902C3");
  for (const wrong of ["", "<<<", "12-34", "1".repeat(23)]) assert.equal(readDocumentNumber(wrong), undefined, wrong);
  assert.equal(readCan("123 456"), "123456");
  for (const wrong of ["12345", "12345678901", "12345a"]) assert.equal(readCan(wrong), undefined, wrong);
});

test("R-PER-5: telephone numbers of every country, in E.164", () => {
  assert.equal(readPhone("20 12 34 56", "45"), "+4520123456");
  assert.equal(readPhone("+45 20123456", "46"), "+4520123456");
  assert.equal(readPhone("0048 601 234 567", "45"), "+48601234567");
  assert.equal(readPhone("0601234567", "48"), "+48601234567");
  assert.equal(readPhone("06 1234 5678", "39"), "+390612345678");
  assert.equal(readPhone("2012345", "45"), undefined);
  assert.equal(readPhone("201234567", "45"), undefined);
  assert.equal(readPhone("1234567890123", "298"), undefined);
  assert.equal(readPhone("abc", "45"), undefined);
  assert.deepEqual(countries.slice(0, 3).map(({ country }) => country), ["DK", "GL", "FO"]);
  assert.equal(new Set(countries.map(({ country }) => country)).size, countries.length);
  for (const { country, code } of countries) assert.match(`${country}${code}`, /^[A-Z]{2}[1-9][0-9]{0,2}$/);
});

test("R-DOC-4, R-DOC-6: why a document that was read proves nothing", () => {
  const failed = (step: string, why: string | null = null) => ({ step, outcome: "failed", why });
  assert.equal(whyRefused([failed("evidence", "expired")]), "expired");
  assert.equal(whyRefused([failed("active_authentication", "x"), failed("evidence", "chip_not_shown_genuine")]), "copy");
  assert.equal(whyRefused([failed("evidence", "no_portrait")]), "incomplete");
  assert.equal(whyRefused([failed("data_group_hash_2"), failed("evidence", "not_authentic")]), "altered");
  assert.equal(whyRefused([failed("document_type"), failed("evidence", "not_authentic")]), "kind");
  assert.equal(whyRefused([failed("document_signer_signature", "issuer_unknown"), failed("evidence", "not_authentic")]), "issuer");
  assert.ok(isWrongPassword("bac_refused") && isWrongPassword("pace.password_refused") && !isWrongPassword("mac_wrong"));
});
