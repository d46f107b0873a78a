//! Amounts of Danish money, in øre, as people write them.

use server::i18n::Lang;

/// An amount in øre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Amount(pub(crate) i64);

impl Amount {
    /// Reads kroner as they are typed in either language: `1250`, `1.250,50`, `1,250.50`, with or without `kr.` or `DKK`. A point or
    /// comma before three digits separates thousands; before one or two it separates øre.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let text = text
            .trim_start_matches("dkk")
            .trim_end_matches("kr.")
            .trim_end_matches("kr");
        let digits: String = text
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect();
        let (whole, fraction) = match digits.rfind([',', '.']) {
            Some(at) if digits.len() - at <= 3 => (&digits[..at], &digits[at + 1..]),
            _ => (digits.as_str(), "0"),
        };
        let mut groups = whole.split([',', '.']);
        let first = groups.next()?;
        let rest: Vec<&str> = groups.collect();
        let numeric =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let separators: std::collections::BTreeSet<_> = whole.matches([',', '.']).collect();
        let grouped = rest.is_empty() || (first.len() <= 3 && separators.len() == 1);
        if !numeric(first)
            || !grouped
            || !rest.iter().all(|group| group.len() == 3 && numeric(group))
        {
            return None;
        }
        if !numeric(fraction) {
            return None;
        }
        let kroner: i64 = format!("{first}{}", rest.concat()).parse().ok()?;
        let oere: i64 = format!("{fraction:0<2}").parse().ok()?;
        kroner.checked_mul(100)?.checked_add(oere).map(Self)
    }

    /// `1.250,50 kr.` in Danish, `DKK 1,250.50` in English.
    pub(crate) fn shown(self, lang: Lang) -> String {
        let (thousands, point) = match lang {
            Lang::Da => ('.', ','),
            Lang::En => (',', '.'),
        };
        let (kroner, oere) = (self.0.abs() / 100, self.0.abs() % 100);
        let digits = kroner.to_string();
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at) % 3 == 0 {
                grouped.push(thousands);
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        match lang {
            Lang::Da => format!("{sign}{grouped}{point}{oere:02} kr."),
            Lang::En => format!("{sign}DKK {grouped}{point}{oere:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_people_write_it() {
        for (text, oere) in [
            ("1250", 125_000),
            ("1.250", 125_000),
            ("1,250", 125_000),
            ("1.250,5", 125_050),
            ("1,250.50", 125_050),
            ("12,5", 1_250),
            ("0,05", 5),
            (" 1 250,50 kr. ", 125_050),
            ("DKK 1,000,000.00", 100_000_000),
            ("100kr", 10_000),
        ] {
            assert_eq!(Amount::parse(text), Some(Amount(oere)), "{text}");
        }
        for bad in [
            "",
            "kr",
            "-5",
            "1.2.3",
            "12.34.567,00",
            "1,2345",
            "1.250,5x",
            "1e5",
            "1,250.000,00",
            "9999999999999999999",
            "1.",
            ",50",
        ] {
            assert_eq!(Amount::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_amount_is_shown_as_each_language_writes_it() {
        assert_eq!(Amount(125_050).shown(Lang::Da), "1.250,50 kr.");
        assert_eq!(Amount(125_050).shown(Lang::En), "DKK 1,250.50");
        assert_eq!(Amount(-5).shown(Lang::Da), "-0,05 kr.");
        assert_eq!(Amount(100_000_000).shown(Lang::En), "DKK 1,000,000.00");
    }
}
