//! Getting access (ICAO 9303-11, 4.2): PACE where EF.CardAccess promises it, else BAC.

use zeroize::Zeroizing;

use super::file::FileName;
use super::plan::Downgrade;
use super::session::{Access, Place, Session, SessionStep, Task};
use crate::apdu::{CommandApdu, ResponseApdu, StatusWord, Step, instruction};
use crate::bac::{Bac, BacRandomness};
use crate::fault::{ChipFault, Command, Finding, PaceFault};
use crate::lds::Dg14;
use crate::pace::{Pace, PaceOffer, PaceRandomness};
use crate::security_info::{PaceInfo, SecurityInfos};

/// The travel document application (ICAO 9303-10, 3.2).
const APPLICATION: [u8; 7] = [0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];

impl Session {
    /// EF.CardAccess was read.
    pub(super) fn offered(&mut self, card_access: &[u8]) {
        let infos = SecurityInfos::parse(card_access);
        self.offers = infos.as_ref().map(PaceOffer::all).unwrap_or_default();
        let promised = infos.map_or(true, |infos| !infos.pace.is_empty());
        self.pace_refused = promised && self.offers.is_empty();
        if !promised {
            self.note(Finding::PaceNotOffered);
        }
    }

    /// EF.CardAccess was not read. Where it is there and cannot be understood, it is taken for a promise.
    pub(super) fn no_card_access(&mut self, fault: ChipFault) -> Result<(), ChipFault> {
        match fault {
            ChipFault::FileNotFound
            | ChipFault::FileForbidden
            | ChipFault::Refused { .. }
            | ChipFault::NoBlockSize => self.note(Finding::CardAccessMissing),
            ChipFault::TooManyCommands => return Err(fault),
            _ => self.pace_refused = true,
        }
        Ok(())
    }

    /// DG14 was read: it repeats, under signature, what EF.CardAccess offers (ICAO 9303-11, 9.2.11).
    pub(super) fn compare_offers(&mut self, dg14: &[u8]) {
        let signed = Dg14::parse(dg14)
            .map(|dg14| dg14.security_infos.pace)
            .unwrap_or_default();
        let offered = self.reading.file(FileName::CardAccess);
        let offered = offered.and_then(|file| SecurityInfos::parse(file).ok());
        let offered: Vec<PaceInfo> = offered.map(|infos| infos.pace).unwrap_or_default();
        if signed.iter().any(|info| !offered.contains(info)) {
            self.note(Finding::PaceHidden);
        }
    }

    /// Gets access.
    pub(super) fn open(&mut self) -> Result<SessionStep, ChipFault> {
        if let Some(offer) = self.offers.first().copied() {
            if self.place == Place::Left || self.place == Place::Application {
                let command = CommandApdu::new(instruction::SELECT, [0x00, 0x0C]);
                return self.send(Task::SelectMaster, &command);
            }
            return self.begin_pace(offer);
        }
        if self.pace_refused {
            self.pace_refused = false;
            self.downgrade(PaceFault::Unsupported)?;
        }
        if self.place != Place::Application {
            return self.select_application();
        }
        let random = BacRandomness {
            nonce: self.randomness.array(),
            key: Zeroizing::new(self.randomness.array()),
        };
        let (bac, command) = Bac::begin(&self.password, random)?;
        self.send(Task::Bac(Box::new(bac)), &command)
    }

    fn begin_pace(&mut self, offer: PaceOffer) -> Result<SessionStep, ChipFault> {
        let random = PaceRandomness {
            mapping: self.randomness.bytes(PaceRandomness::BYTES),
            agreement: self.randomness.bytes(PaceRandomness::BYTES),
        };
        match Pace::begin(offer, &self.password, random) {
            Ok((pace, command)) => self.send(Task::Pace(Box::new(pace), offer), &command),
            Err(fault) => self.pace_failed(fault),
        }
    }

    pub(super) fn pace_answered(
        &mut self,
        mut pace: Box<Pace>,
        offer: PaceOffer,
        answer: &ResponseApdu,
    ) -> Result<SessionStep, ChipFault> {
        match pace.respond(answer) {
            Ok(Step::Send(command)) => self.send(Task::Pace(pace, offer), &command),
            Ok(Step::Done(done)) => {
                if done.parameters_named && !offer.is_ambiguous {
                    self.note(Finding::DomainParametersNamed);
                }
                self.channel = Some(done.session);
                self.reading.access = Some(Access::Pace(offer));
                self.reading.chip_authentication_mapping = done.chip_authentication;
                self.place = Place::Master;
                self.proceed()
            }
            Err(fault) => self.pace_failed(fault),
        }
    }

    /// The next offer, where the chip does not know the best one; otherwise BAC, if the plan has it so, or the end.
    fn pace_failed(&mut self, fault: PaceFault) -> Result<SessionStep, ChipFault> {
        let is_unknown = matches!(fault, PaceFault::NotSelected(_) | PaceFault::Unsupported);
        if is_unknown && self.offers.len() > 1 {
            self.offers.remove(0);
            self.note(Finding::PaceOfferRefused(fault));
            return self.proceed();
        }
        self.downgrade(fault)?;
        self.offers.clear();
        self.proceed()
    }

    fn downgrade(&mut self, fault: PaceFault) -> Result<(), ChipFault> {
        let is_possible = self.password.bac_seed().is_ok();
        if self.plan.downgrade == Downgrade::Refused || !is_possible {
            return Err(ChipFault::Pace(fault));
        }
        self.note(Finding::PaceDowngraded(fault));
        Ok(())
    }

    pub(super) fn bac_answered(
        &mut self,
        mut bac: Box<Bac>,
        answer: &ResponseApdu,
    ) -> Result<SessionStep, ChipFault> {
        match bac.respond(answer)? {
            Step::Send(command) => self.send(Task::Bac(bac), &command),
            Step::Done(session) => {
                self.channel = Some(session);
                self.reading.access = Some(Access::Bac);
                self.proceed()
            }
        }
    }

    pub(super) fn select_application(&mut self) -> Result<SessionStep, ChipFault> {
        let command = CommandApdu::new(instruction::SELECT, [0x04, 0x0C]).with_data(APPLICATION);
        self.send(Task::SelectApplication, &command)
    }

    pub(super) fn application_selected(
        &mut self,
        status: StatusWord,
    ) -> Result<SessionStep, ChipFault> {
        match status {
            StatusWord::SUCCESS => {
                self.place = Place::Application;
                self.proceed()
            }
            StatusWord::NOT_FOUND => Err(ChipFault::NoApplication(status)),
            status => Err(ChipFault::Refused {
                command: Command::Select,
                status,
            }),
        }
    }
}
