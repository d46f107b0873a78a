//! The machine readable zone, written (Doc 9303-3 to 9303-6).

use jiff::civil::Date;

/// The size of a document, which decides the shape of its MRZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// An ID card: three lines of 30 (Doc 9303-5).
    Td1,
    /// A larger card: two lines of 36 (Doc 9303-6).
    Td2,
    /// A passport: two lines of 44 (Doc 9303-4).
    Td3,
}

/// What an MRZ says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mrz {
    /// The size.
    pub size: Size,
    /// One or two letters: `P`, `ID`, `AC`.
    pub document_code: String,
    /// The issuing state, one to three letters.
    pub issuer: String,
    /// The document number. More than nine characters only for `Td1` and `Td2`.
    pub number: String,
    /// Surnames.
    pub surname: String,
    /// Given names.
    pub given_names: String,
    /// Nationality, one to three letters.
    pub nationality: String,
    /// `YYMMDD`, with `<` where unknown.
    pub birth: String,
    /// `M`, `F` or `<`.
    pub sex: char,
    /// Last day of validity.
    pub expiry: Date,
    /// Optional data (the personal number in a passport).
    pub optional: String,
}

impl Mrz {
    /// All lines, one after the other without a break, as in DG1 (Doc 9303-10, 4.7.1.1).
    pub fn text(&self) -> String {
        match self.size {
            Size::Td1 => self.td1(),
            Size::Td2 => self.two_lines(36),
            Size::Td3 => self.td3(),
        }
    }

    /// MRZ_information: number, birth and expiry, each with its check digit (Doc 9303-11, 4.3.2 and 9.7.3).
    pub fn information(&self) -> String {
        // Numbers below nine characters keep their fillers.
        let number = filled(&self.number, 9.max(self.number.len()));
        format!(
            "{}{}{}",
            with_digit(&number),
            with_digit(&self.birth),
            with_digit(&self.expiry_digits())
        )
    }

    fn expiry_digits(&self) -> String {
        self.expiry.strftime("%y%m%d").to_string()
    }

    fn names(&self, width: usize) -> String {
        let names = format!(
            "{}<<{}",
            transliterated(&self.surname),
            transliterated(&self.given_names)
        );
        filled(&names, width)
    }

    fn dates(&self) -> String {
        format!(
            "{}{}{}",
            with_digit(&self.birth),
            self.sex,
            with_digit(&self.expiry_digits())
        )
    }

    fn td3(&self) -> String {
        let first = format!(
            "{}{}{}",
            filled(&self.document_code, 2),
            filled(&self.issuer, 3),
            self.names(39)
        );
        let number = with_digit(&filled(&self.number, 9));
        let optional = filled(&self.optional, 14);
        let digit = if self.optional.is_empty() {
            '<'
        } else {
            check_digit(&optional)
        };
        let nationality = filled(&self.nationality, 3);
        let dates = self.dates();
        // The composite digit leaves out nationality and sex (Doc 9303-4, 4.2.2.2).
        let covered = format!("{number}{}{}{optional}{digit}", &dates[..7], &dates[8..]);
        format!(
            "{first}{number}{nationality}{dates}{optional}{digit}{}",
            check_digit(&covered)
        )
    }

    /// A number of more than nine characters goes on in the optional data, and `<` stands for its check digit (Doc 9303-5, 4.2.2 j).
    fn number_and_optional(&self, width: usize) -> (String, String) {
        if self.number.len() <= 9 {
            return (
                with_digit(&filled(&self.number, 9)),
                filled(&self.optional, width),
            );
        }
        let (start, rest) = self.number.split_at(9);
        let optional = format!("{rest}{}<{}", check_digit(&self.number), self.optional);
        (format!("{start}<"), filled(&optional, width))
    }

    fn td1(&self) -> String {
        let (number, optional) = self.number_and_optional(15);
        let first = format!(
            "{}{}{number}{optional}",
            filled(&self.document_code, 2),
            filled(&self.issuer, 3)
        );
        let dates = self.dates();
        let rest = filled("", 11);
        let covered = format!("{}{}{}{rest}", &first[5..], &dates[..7], &dates[8..]);
        let second = format!(
            "{dates}{}{rest}{}",
            filled(&self.nationality, 3),
            check_digit(&covered)
        );
        format!("{first}{second}{}", self.names(30))
    }

    fn two_lines(&self, width: usize) -> String {
        let (number, optional) = self.number_and_optional(7);
        let first = format!(
            "{}{}{}",
            filled(&self.document_code, 2),
            filled(&self.issuer, 3),
            self.names(width - 5)
        );
        let dates = self.dates();
        let covered = format!("{number}{}{}{optional}", &dates[..7], &dates[8..]);
        let nationality = filled(&self.nationality, 3);
        format!(
            "{first}{number}{nationality}{dates}{optional}{}",
            check_digit(&covered)
        )
    }
}

/// The check digit: weights 7, 3, 1 (Doc 9303-3, 4.9).
pub fn check_digit(text: &str) -> char {
    let sum: u32 = text
        .chars()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(character, weight)| character.to_digit(36).unwrap_or(0) * weight)
        .sum();
    char::from_digit(sum % 10, 10).unwrap_or('0')
}

fn with_digit(field: &str) -> String {
    format!("{field}{}", check_digit(field))
}

/// Cut or filled with `<`.
fn filled(text: &str, width: usize) -> String {
    text.chars()
        .chain(std::iter::repeat('<'))
        .take(width)
        .collect()
}

/// Capital letters of the MRZ for the letters that the personas have (Doc 9303-3, 6.A).
fn transliterated(name: &str) -> String {
    let mut out = String::new();
    for letter in name.to_uppercase().chars() {
        match letter {
            'Æ' | 'Ä' => out.push_str("AE"),
            'Ø' | 'Ö' => out.push_str("OE"),
            'Å' => out.push_str("AA"),
            'Ü' => out.push_str("UE"),
            'É' | 'È' => out.push('E'),
            ' ' | '-' => out.push('<'),
            'A'..='Z' => out.push(letter),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doc 9303-4, appendix B, and the worked example of Doc 9303-11, D.2.
    #[test]
    fn the_specimens_of_doc_9303_come_out() {
        let mut mrz = Mrz {
            size: Size::Td3,
            document_code: "P".into(),
            issuer: "UTO".into(),
            number: "L898902C3".into(),
            surname: "Eriksson".into(),
            given_names: "Anna Maria".into(),
            nationality: "UTO".into(),
            birth: "740812".into(),
            sex: 'F',
            expiry: jiff::civil::date(2012, 4, 15),
            optional: "ZE184226B".into(),
        };
        let lines = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
        assert_eq!(mrz.text(), lines);
        mrz.size = Size::Td2;
        mrz.document_code = "I".into();
        mrz.number = "D23145890".into();
        mrz.optional = String::new();
        let lines = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6";
        assert_eq!(mrz.text(), lines);
        mrz.size = Size::Td1;
        let lines = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
        assert_eq!(mrz.text(), lines);
        mrz.number = "D23145890734".into();
        let text = "I<UTOD23145890<7349<<<<<<<<<<<";
        assert_eq!(&mrz.text()[..30], text);
        assert_eq!(mrz.information(), "D23145890734974081221204159");
    }

    #[test]
    fn short_numbers_keep_their_fillers() {
        let mrz = Mrz {
            size: Size::Td3,
            document_code: "P".into(),
            issuer: "UTO".into(),
            number: "L898902C".into(),
            surname: String::new(),
            given_names: String::new(),
            nationality: "UTO".into(),
            birth: "690806".into(),
            sex: '<',
            expiry: jiff::civil::date(1994, 6, 23),
            optional: String::new(),
        };
        assert_eq!(mrz.information(), "L898902C<369080619406236");
    }
}
