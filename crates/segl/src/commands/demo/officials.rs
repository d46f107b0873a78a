//! The officials who are there from the start, in two municipalities.

use domain::desk::{Official, Organisation, Role};
use server::Segl;
use server::error::Fault;

/// An official, by the user ID of [`super::people::SEEDS`].
struct Seed {
    user_id: &'static str,
    municipality: Municipality,
    role: Role,
}

#[derive(Clone, Copy)]
enum Municipality {
    Birkesund,
    Nordager,
}

const OFFICIALS: [Seed; 4] = [
    Seed {
        user_id: "anne.vester",
        municipality: Municipality::Birkesund,
        role: Role::Official,
    },
    Seed {
        user_id: "bo.lykke",
        municipality: Municipality::Birkesund,
        role: Role::Official,
    },
    Seed {
        user_id: "dorte.skaarup",
        municipality: Municipality::Birkesund,
        role: Role::Supervisor,
    },
    Seed {
        user_id: "jonas.krag",
        municipality: Municipality::Nordager,
        role: Role::Official,
    },
];

impl Municipality {
    fn organisation(self) -> Result<Organisation, Fault> {
        let (cvr, code, name) = match self {
            Self::Birkesund => ("00000002", "0991", "Birkesund Kommune"),
            Self::Nordager => ("00000004", "0992", "Nordager Kommune"),
        };
        Organisation::new(cvr, code, name).map_err(|_| Fault::Missing("an organisation"))
    }

    const fn office(self) -> &'static str {
        match self {
            Self::Birkesund => "Borgerservice, Prøvegade 1",
            Self::Nordager => "Borgerservice, Eksempeltorvet 2",
        }
    }
}

/// Makes sure that all of them are officials.
pub(crate) fn seed(segl: &Segl) -> Result<(), Fault> {
    let (keys, now) = (segl.keys(), segl.clock.now());
    segl.store.write_blocking(b"seed", move |tx| {
        for seed in &OFFICIALS {
            let identity = store::identity::find_id(tx, &keys.data, seed.user_id)?
                .ok_or(Fault::Missing("an official's identity"))?;
            let official = Official {
                identity,
                organisation: seed.municipality.organisation()?,
                office: seed.municipality.office().to_owned(),
                role: seed.role,
            };
            store::official::put(tx, &official, now)?;
        }
        Ok(())
    })
}
