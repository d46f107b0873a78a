//! Names with weights. They are common Danish names, roughly as often as they are borne among people of an age, put down from general
//! knowledge of the published name statistics; no list was copied, and no weight is exact.

use domain::cpr_number::Sex;

use super::dice::Dice;

type Weighted = (&'static str, usize);

/// Given names of women born before 1955, before 1985, and since.
const WOMEN: [&[Weighted]; 3] = [
    &[
        ("Kirsten", 40), ("Inge", 26), ("Karen", 32), ("Hanne", 36), ("Birthe", 24), ("Else", 20), ("Jytte", 18), ("Inger", 24), ("Grethe", 14),
        ("Bodil", 10), ("Lis", 18), ("Ruth", 8), ("Ellen", 10), ("Aase", 7), ("Gerda", 5), ("Birgit", 20), ("Lene", 14), ("Anne-Marie", 7),
        ("Bente", 24), ("Ulla", 14), ("Tove", 12), ("Gudrun", 3), ("Rigmor", 3), ("Edith", 5),
    ],
    &[
        ("Anne", 40), ("Mette", 38), ("Susanne", 26), ("Helle", 28), ("Charlotte", 26), ("Pia", 18), ("Tina", 18), ("Louise", 24), ("Maria", 26),
        ("Camilla", 24), ("Lone", 18), ("Gitte", 18), ("Rikke", 16), ("Heidi", 16), ("Marianne", 20), ("Line", 12), ("Trine", 14), ("Anja", 10),
        ("Pernille", 16), ("Katrine", 10), ("Dorthe", 12), ("Malene", 10), ("Stine", 10), ("Fatima", 3), ("Aysha", 2),
    ],
    &[
        ("Emma", 30), ("Ida", 28), ("Freja", 26), ("Sofie", 26), ("Laura", 24), ("Anna", 24), ("Clara", 20), ("Karla", 18), ("Ella", 16),
        ("Alma", 16), ("Olivia", 14), ("Mathilde", 18), ("Josefine", 14), ("Lærke", 12), ("Caroline", 14), ("Maja", 16), ("Julie", 18),
        ("Sara", 14), ("Nora", 12), ("Agnes", 10), ("Luna", 10), ("Signe", 10), ("Asta", 8), ("Liv", 8), ("Åse", 2), ("Amina", 4), ("Zahra", 3),
    ],
];

/// The same of men.
const MEN: [&[Weighted]; 3] = [
    &[
        ("Jørgen", 34), ("Poul", 28), ("Hans", 34), ("Niels", 34), ("Erik", 28), ("Knud", 16), ("Svend", 16), ("Kaj", 10), ("Bent", 20),
        ("Børge", 10), ("Finn", 20), ("Ole", 32), ("Jens", 34), ("Per", 22), ("Kurt", 14), ("Aage", 6), ("Villy", 8), ("Leif", 16), ("Henning", 14),
        ("Preben", 14), ("Verner", 6), ("Ejner", 4), ("Flemming", 18), ("Arne", 10),
    ],
    &[
        ("Peter", 36), ("Michael", 36), ("Lars", 38), ("Thomas", 34), ("Henrik", 30), ("Søren", 30), ("Jan", 22), ("Christian", 22), ("Martin", 28),
        ("Morten", 26), ("Jesper", 24), ("Anders", 24), ("Mads", 16), ("Kim", 16), ("Brian", 14), ("Claus", 16), ("Carsten", 14), ("Torben", 18),
        ("Rasmus", 18), ("Kasper", 16), ("Allan", 12), ("Jakob", 14), ("Bjørn", 6), ("Ahmed", 4), ("Ali", 4),
    ],
    &[
        ("William", 28), ("Noah", 24), ("Oscar", 24), ("Lucas", 24), ("Emil", 26), ("Oliver", 24), ("Victor", 18), ("Alfred", 16), ("Malthe", 16),
        ("Frederik", 24), ("Mikkel", 22), ("Magnus", 20), ("Mathias", 20), ("Valdemar", 14), ("August", 14), ("Elias", 14), ("Carl", 14),
        ("Anton", 12), ("Arthur", 10), ("Aksel", 10), ("Villads", 10), ("Storm", 6), ("Jonas", 16), ("Tobias", 14), ("Mohammad", 6), ("Yusuf", 4),
    ],
];

const FAMILIES: &[Weighted] = &[
    ("Nielsen", 50), ("Jensen", 50), ("Hansen", 44), ("Andersen", 32), ("Pedersen", 32), ("Christensen", 24), ("Larsen", 24), ("Sørensen", 22),
    ("Rasmussen", 20), ("Jørgensen", 18), ("Petersen", 16), ("Madsen", 14), ("Kristensen", 12), ("Olsen", 10), ("Thomsen", 8), ("Christiansen", 8),
    ("Poulsen", 7), ("Johansen", 7), ("Møller", 7), ("Mortensen", 6), ("Knudsen", 5), ("Jakobsen", 4), ("Jacobsen", 4), ("Mikkelsen", 4),
    ("Olesen", 4), ("Frederiksen", 4), ("Laursen", 4), ("Henriksen", 3), ("Lund", 3), ("Schmidt", 3), ("Eriksen", 3), ("Holm", 3), ("Clausen", 3),
    ("Kristiansen", 3), ("Simonsen", 3), ("Svendsen", 2), ("Andreasen", 2), ("Iversen", 2), ("Jeppesen", 2), ("Mogensen", 2), ("Vestergaard", 2),
    ("Jespersen", 2), ("Nissen", 2), ("Lauridsen", 2), ("Østergaard", 2), ("Kjær", 2), ("Jepsen", 2), ("Dahl", 2), ("Friis", 2), ("Bach", 1),
    ("Skov", 1), ("Nygaard", 1), ("Søndergaard", 1), ("Bertelsen", 1), ("Kjærgaard", 1), ("Åberg", 1), ("Ali", 2), ("Nguyen", 2), ("Ahmed", 1),
    ("Khan", 1), ("Hussain", 1), ("Kowalski", 1), ("Müller", 1),
];

const MIDDLES: &[Weighted] = &[
    ("Møller", 10), ("Lund", 8), ("Holm", 8), ("Kjær", 7), ("Bech", 5), ("Skov", 5), ("Bro", 3), ("Dahl", 5), ("Friis", 5), ("Høj", 4),
    ("Krogh", 3), ("Lind", 4), ("Ravn", 3), ("Sand", 2), ("Vang", 3), ("Østergaard", 3), ("Bang", 3), ("Bruun", 3), ("Storm", 2), ("Winther", 4),
];

pub(super) fn given(dice: &mut Dice, sex: Sex, year: i16) -> String {
    let cohort = match year {
        ..1955 => 0,
        1955..1985 => 1,
        _ => 2,
    };
    let names = match sex {
        Sex::Female => WOMEN[cohort],
        Sex::Male => MEN[cohort],
    };
    let first = *dice.weighted(names);
    // A third have a second given name.
    if dice.happens(330) {
        let second = *dice.weighted(names);
        if second != first {
            return format!("{first} {second}");
        }
    }
    first.to_owned()
}

pub(super) fn middle(dice: &mut Dice) -> Option<String> {
    dice.happens(450).then(|| (*dice.weighted(MIDDLES)).to_owned())
}

pub(super) fn family(dice: &mut Dice) -> String {
    (*dice.weighted(FAMILIES)).to_owned()
}
