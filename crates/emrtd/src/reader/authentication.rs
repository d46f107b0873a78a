//! Which files are read in which order, and when the chip is asked to prove itself (ICAO 9303-11, appendix J.1).

use super::file::FileName;
use super::session::{Session, SessionStep, Task};
use crate::active_auth::ActiveAuthentication;
use crate::apdu::{CommandApdu, ResponseApdu, SHORT_EXPECTED, Step, instruction};
use crate::ber;
use crate::chip_auth::{ChipAuthentication, ChipAuthenticationWay};
use crate::cms::SignedData;
use crate::crypto::{KeyKind, PublicKey};
use crate::ephemeral_key::DomainParameters;
use crate::fault::ChipFault;
use crate::lds::{Com, DataGroup, Dg14, LdsSecurityObject, Sod};
use crate::tlv::Reader;

impl Session {
    /// Whether EF.CardSecurity is to be read: after PACE with Chip Authentication Mapping, before the application is selected.
    pub(super) fn wants_card_security(&self) -> bool {
        self.plan.chip_authentication
            && self.reading.chip_authentication_mapping.is_some()
            && self.is_open(FileName::CardSecurity)
    }

    /// The file of the application that is read next.
    pub(super) fn next_file(&self) -> Option<FileName> {
        let com = self.plan.with_com.then_some(FileName::Com);
        if let Some(file) = com
            .into_iter()
            .chain([FileName::Sod])
            .find(|file| self.is_open(*file))
        {
            return Some(file);
        }
        let keys = [
            (DataGroup::Dg14, self.plan.chip_authentication),
            (DataGroup::Dg15, self.plan.active_authentication),
        ];
        let [dg14, dg15] = keys.map(|(group, wanted)| wanted.then_some(group));
        let groups = dg14
            .into_iter()
            .chain(self.plan.data_groups.iter().copied())
            .chain(dg15);
        let mut open = groups
            .filter(|group| self.is_open(FileName::DataGroup(*group)))
            .peekable();
        open.peek()?;
        let listed = self.listed();
        open.find(|group| listed.as_ref().is_none_or(|listed| listed.contains(group)))
            .map(FileName::DataGroup)
    }

    /// The data groups that EF.COM or EF.SOD lists; none where neither can be read.
    fn listed(&self) -> Option<Vec<DataGroup>> {
        let com = self
            .reading
            .file(FileName::Com)
            .and_then(|file| Com::parse(file).ok());
        let sod = self.reading.file(FileName::Sod).and_then(hashed);
        if com.is_none() && sod.is_none() {
            return None;
        }
        let mut groups = com.map(|com| com.data_groups).unwrap_or_default();
        groups.extend(sod.unwrap_or_default());
        Some(groups)
    }

    /// Begins Chip Authentication, once, as soon as DG14 is read. What follows is read under its keys.
    pub(super) fn chip_authentication(&mut self) -> Result<Option<SessionStep>, ChipFault> {
        let is_mapped = self.reading.chip_authentication_mapping.is_some()
            && self.reading.files.contains_key(&FileName::CardSecurity);
        let wanted = self.plan.chip_authentication && !is_mapped && !self.chip_authentication_tried;
        let dg14 = self
            .reading
            .file(FileName::DataGroup(DataGroup::Dg14))
            .filter(|_| wanted);
        let Some(dg14) = dg14.and_then(|file| Dg14::parse(file).ok()) else {
            return Ok(None);
        };
        let mut ways = ChipAuthenticationWay::all(&dg14.security_infos).into_iter();
        let (way, offers_any) = (
            ways.next(),
            !dg14.security_infos.chip_authentication_keys.is_empty(),
        );
        self.chip_authentication_tried = true;
        let Some(way) = way else {
            if offers_any {
                let fault = ChipFault::ChipAuthenticationUnsupported;
                self.reading.chip_authentication = Some(Err(fault));
            }
            return Ok(None);
        };
        let random = self
            .randomness
            .bytes(DomainParameters::of(&way.key).random_bytes());
        match ChipAuthentication::begin(way, &random) {
            Ok((run, command)) => self
                .send(Task::ChipAuthentication(Box::new(run)), &command)
                .map(Some),
            Err(fault) => {
                self.reading.chip_authentication = Some(Err(fault));
                Ok(None)
            }
        }
    }

    pub(super) fn chip_authentication_answered(
        &mut self,
        mut run: Box<ChipAuthentication>,
        answer: &ResponseApdu,
    ) -> Result<SessionStep, ChipFault> {
        match run.respond(answer) {
            Ok(Step::Send(command)) => return self.send(Task::ChipAuthentication(run), &command),
            Ok(Step::Done(done)) => {
                self.channel = Some(done.session);
                self.pending_key = Some(done.key);
            }
            // The old keys remain (ICAO 9303-11, 6.2.4.1).
            Err(fault) => self.reading.chip_authentication = Some(Err(fault)),
        }
        self.proceed()
    }

    /// Any command, so that the chip answers once under the keys of Chip Authentication.
    pub(super) fn confirm(&mut self) -> Result<SessionStep, ChipFault> {
        let command = CommandApdu::new(instruction::SELECT, [0x02, 0x0C])
            .with_data(DataGroup::Dg14.file_id().to_be_bytes());
        self.send(Task::Confirmation, &command)
    }

    /// Begins Active Authentication, once, when all else is read: the signature of a long key may be more than a chip can send.
    pub(super) fn active_authentication(&mut self) -> Result<Option<SessionStep>, ChipFault> {
        let wanted =
            self.plan.active_authentication && self.reading.active_authentication.is_none();
        let file = self
            .reading
            .file(FileName::DataGroup(DataGroup::Dg15))
            .filter(|_| wanted);
        let Some(file) = file else {
            return Ok(None);
        };
        let fits = self.channel.as_ref();
        let fits = fits.map_or(256, |channel| channel.capacity(SHORT_EXPECTED as usize));
        let is_extended = signature_bytes(file).is_some_and(|bytes| bytes > fits);
        let (run, command) = ActiveAuthentication::begin(self.randomness.array(), is_extended);
        self.send(Task::ActiveAuthentication(run), &command)
            .map(Some)
    }
}

/// Bytes of a signature by the RSA key of DG15.
fn signature_bytes(dg15: &[u8]) -> Option<usize> {
    let key = Reader::ber(dg15).expect(DataGroup::Dg15.tag()).ok()?;
    match PublicKey::parse(key.value).ok()?.kind() {
        KeyKind::Rsa { bits } => Some(bits.div_ceil(8)),
        KeyKind::EllipticCurve(_) => None,
    }
}

/// The data groups that EF.SOD has hashes of.
fn hashed(sod: &[u8]) -> Option<Vec<DataGroup>> {
    let cms = Sod::parse(sod).ok()?.cms;
    let normalised = ber::normalise(cms).ok()?;
    let signed = SignedData::parse_security_object(&normalised).ok()?;
    let object = LdsSecurityObject::parse(signed.content).ok()?;
    Some(object.hashes.iter().map(|hash| hash.data_group).collect())
}
