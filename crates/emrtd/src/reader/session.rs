//! A session with one chip: what is sent next, and what came of it.

use core::fmt;
use std::collections::BTreeMap;

use super::block::Blocks;
use super::exchange::{Exchange, Heard};
use super::file::FileName;
use super::file_read::{FileRead, Read};
use super::plan::{ExtendedLength, Limits, Randomness, ReadingPlan, Transport};
use crate::active_auth::{ActiveAuthentication, ChipSignature};
use crate::apdu::ResponseApdu;
use crate::bac::Bac;
use crate::chip_auth::{ChipAuthentication, ChipKeyProved};
use crate::fault::{ChipFault, Finding};
use crate::lds::DataGroup;
use crate::pace::{ChipAuthenticationMapping, Pace, PaceOffer};
use crate::password::Password;
use crate::secure_messaging::SecureMessaging;

/// What a session does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionStep {
    /// Send these bytes to the chip, and give its answer to [`Session::respond`].
    Send(Vec<u8>),
    /// Everything is read: see [`Session::into_reading`].
    Done,
}

/// How access to a chip was had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Basic Access Control.
    Bac,
    /// PACE, with this protocol and these domain parameters.
    Pace(PaceOffer),
}

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The file that is being read.
    pub file: FileName,
    /// Bytes of it that are read.
    pub read: usize,
    /// Bytes that it has, once its header is read.
    pub expected: Option<usize>,
}

/// What was read off a chip. Nothing in it is proved before passive authentication.
#[derive(Clone, Default)]
pub struct Reading {
    /// The files, each as it was read, without what may stand behind its element.
    pub files: BTreeMap<FileName, Vec<u8>>,
    /// Files that were wanted and could not be read, and why.
    pub missing: BTreeMap<FileName, ChipFault>,
    /// How access was had.
    pub access: Option<Access>,
    /// What came of Chip Authentication, where DG14 offers it: see [`ChipKeyProved::verify`].
    pub chip_authentication: Option<Result<ChipKeyProved, ChipFault>>,
    /// What came with PACE with Chip Authentication Mapping: see [`ChipAuthenticationMapping::verify`].
    pub chip_authentication_mapping: Option<ChipAuthenticationMapping>,
    /// What came of Active Authentication, where there is DG15: see [`ChipSignature::verify`].
    pub active_authentication: Option<Result<ChipSignature, ChipFault>>,
    /// What was tolerated or noticed.
    pub findings: Vec<Finding>,
    /// How many commands were sent.
    pub commands: u32,
}

impl Reading {
    /// A file, if it was read.
    pub fn file(&self, file: FileName) -> Option<&[u8]> {
        self.files.get(&file).map(Vec::as_slice)
    }

    /// The data groups that were read, as passive authentication takes them.
    pub fn data_groups(&self) -> Vec<(DataGroup, &[u8])> {
        let groups = self.files.iter().filter_map(|(name, file)| match name {
            FileName::DataGroup(group) => Some((*group, file.as_slice())),
            _ => None,
        });
        groups.collect()
    }
}

/// The files are personal data, and not shown.
impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lengths: BTreeMap<_, _> = self
            .files
            .iter()
            .map(|(name, file)| (name, file.len()))
            .collect();
        f.debug_struct("Reading")
            .field("files", &lengths)
            .field("missing", &self.missing)
            .field("access", &self.access)
            .field("findings", &self.findings)
            .field("commands", &self.commands)
            .finish_non_exhaustive()
    }
}

/// A session with one chip.
///
/// ```no_run
/// use emrtd::mrz::MrzInformation;
/// use emrtd::password::Password;
/// use emrtd::reader::{Randomness, ReadingPlan, Session, SessionStep};
/// # fn random(_: &mut [u8]) {}
/// # fn transmit(_: &[u8]) -> Vec<u8> { Vec::new() }
/// let zone = MrzInformation::from_typed("L898902C", "690806", "940623")?;
/// let password = Password::mrz(&zone);
/// let mut session = Session::new(password, ReadingPlan::identification(), Randomness::new(random));
/// let mut step = session.start()?;
/// while let SessionStep::Send(command) = step {
///     step = session.respond(&transmit(&command))?;
/// }
/// let reading = session.into_reading();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Session {
    pub(super) password: Password,
    pub(super) plan: ReadingPlan,
    pub(super) limits: Limits,
    pub(super) transport: Transport,
    pub(super) randomness: Randomness,
    pub(super) blocks: Blocks,
    pub(super) channel: Option<SecureMessaging>,
    pub(super) state: State,
    pub(super) exchange: Exchange,
    /// A file of which a part was read when the connection or the session ended.
    partial: Option<FileRead>,
    pub(super) place: Place,
    pub(super) offers: Vec<PaceOffer>,
    pub(super) pace_refused: bool,
    pub(super) pending_key: Option<ChipKeyProved>,
    pub(super) chip_authentication_tried: bool,
    restarts: u32,
    pub(super) reading: Reading,
}

/// Which application is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The chip was reset: the master file, or what it selects by itself.
    Fresh,
    /// The master file, selected.
    Master,
    /// The travel document application.
    Application,
    /// Unknown: the application, from a session that ended.
    Left,
}

#[derive(Debug)]
pub(super) enum State {
    /// Nothing was sent yet.
    New,
    /// An answer is waited for.
    Waiting(Task),
    /// The connection was lost.
    Lost,
    /// Everything is read, or a fault ended the session.
    Over,
}

/// What the answer that is waited for belongs to.
#[derive(Debug)]
pub(super) enum Task {
    File(FileRead),
    SelectMaster,
    SelectApplication,
    Pace(Box<Pace>, PaceOffer),
    Bac(Box<Bac>),
    ChipAuthentication(Box<ChipAuthentication>),
    /// Any command under the keys of Chip Authentication, to see whether the chip has them.
    Confirmation,
    ActiveAuthentication(ActiveAuthentication),
}

impl Session {
    /// A session that will read by `plan`, with default [`Limits`] and [`Transport`].
    pub fn new(password: Password, plan: ReadingPlan, randomness: Randomness) -> Self {
        let transport = Transport::default();
        Self {
            password,
            plan,
            limits: Limits::default(),
            transport,
            randomness,
            blocks: Blocks::new(transport),
            channel: None,
            state: State::New,
            exchange: Exchange::default(),
            partial: None,
            place: Place::Fresh,
            offers: Vec::new(),
            pace_refused: false,
            pending_key: None,
            chip_authentication_tried: false,
            restarts: 0,
            reading: Reading::default(),
        }
    }

    /// The same session with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same session over a way that carries less.
    #[must_use]
    pub fn with_transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self.blocks = Blocks::new(transport);
        self
    }

    /// The first command, to a chip that was just reset.
    pub fn start(&mut self) -> Result<SessionStep, ChipFault> {
        match self.state {
            State::New => self.proceed(),
            _ => Err(ChipFault::NotWaiting),
        }
    }

    /// Takes the chip's answer. No bytes at all say that the connection is lost.
    ///
    /// After [`ChipFault::ConnectionLost`] the session can be taken up again with [`Session::resume`]; every other fault ends it. What was
    /// read before stays in [`Session::reading`].
    pub fn respond(&mut self, answer: &[u8]) -> Result<SessionStep, ChipFault> {
        let task = self.waiting().ok_or(ChipFault::NotWaiting)?;
        if answer.is_empty() {
            self.keep(task);
            self.state = State::Lost;
            return Err(ChipFault::ConnectionLost);
        }
        let mut task = Some(task);
        let heard = self.heard(&mut task, answer);
        match (heard, task) {
            (Ok(Heard::Part(step)), _) => Ok(step),
            (Ok(Heard::Whole(answer)), Some(task)) => {
                if let Some(key) = self.pending_key.take() {
                    self.reading.chip_authentication = Some(Ok(key));
                }
                self.dispatch(task, &answer)
            }
            (Err(fault), Some(task)) => self.broken(task, fault),
            (Err(fault), None) => Err(fault),
            (Ok(Heard::Whole(_)), None) => Err(ChipFault::NotWaiting),
        }
    }

    /// Says that the connection is lost while an answer is waited for.
    pub fn connection_lost(&mut self) {
        if let Some(task) = self.waiting() {
            self.keep(task);
            self.state = State::Lost;
        }
    }

    /// What the answer that is waited for belongs to. Until something else is said, the session is over then.
    fn waiting(&mut self) -> Option<Task> {
        match core::mem::replace(&mut self.state, State::Over) {
            State::Waiting(task) => Some(task),
            other => {
                self.state = other;
                None
            }
        }
    }

    /// Goes on after the connection was lost, with the same chip, reset. Files that were read are not read again, and a file that was
    /// read in part is read on from there.
    pub fn resume(&mut self) -> Result<SessionStep, ChipFault> {
        let State::Lost = self.state else {
            return Err(ChipFault::NotWaiting);
        };
        self.forget_session();
        self.place = Place::Fresh;
        self.note(Finding::ConnectionResumed);
        self.proceed()
    }

    /// How far the session is, while it reads a file.
    pub fn progress(&self) -> Option<Progress> {
        let read = match &self.state {
            State::Waiting(Task::File(read)) => read,
            _ => self.partial.as_ref()?,
        };
        Some(Progress {
            file: read.file,
            read: read.buffer.len(),
            expected: read.expected,
        })
    }

    /// What was read so far.
    pub const fn reading(&self) -> &Reading {
        &self.reading
    }

    /// What was read.
    pub fn into_reading(self) -> Reading {
        self.reading
    }

    /// Goes on with whatever is to be done next.
    pub(super) fn proceed(&mut self) -> Result<SessionStep, ChipFault> {
        if let Some(file) = self.file_before_access() {
            return self.read(file);
        }
        if self.channel.is_none() {
            return self.open();
        }
        if self.wants_card_security() {
            return self.read(FileName::CardSecurity);
        }
        if self.place != Place::Application {
            return self.select_application();
        }
        if let Some(step) = self.chip_authentication()? {
            return Ok(step);
        }
        if let Some(file) = self.next_file() {
            return self.read(file);
        }
        if self.pending_key.is_some() {
            return self.confirm();
        }
        if let Some(step) = self.active_authentication()? {
            return Ok(step);
        }
        Ok(self.finish())
    }

    fn finish(&mut self) -> SessionStep {
        self.state = State::Over;
        SessionStep::Done
    }

    /// The files that anyone may read, which say how to go on.
    fn file_before_access(&self) -> Option<FileName> {
        let wants_atr_info = self.transport.extended_length != ExtendedLength::Never;
        [
            (FileName::CardAccess, true),
            (FileName::AtrInfo, wants_atr_info),
        ]
        .into_iter()
        .find(|(file, wanted)| *wanted && self.is_open(*file))
        .map(|(file, _)| file)
        .filter(|_| self.channel.is_none() && self.reading.access.is_none())
    }

    /// Whether a file was neither read nor found missing.
    pub(super) fn is_open(&self, file: FileName) -> bool {
        !self.reading.files.contains_key(&file) && !self.reading.missing.contains_key(&file)
    }

    fn read(&mut self, file: FileName) -> Result<SessionStep, ChipFault> {
        let read = self.partial.take().filter(|partial| partial.file == file);
        self.read_on(read.unwrap_or(FileRead::new(file)))
    }

    fn read_on(&mut self, mut read: FileRead) -> Result<SessionStep, ChipFault> {
        let command = read.command(&self.blocks, self.channel.as_ref());
        self.send(Task::File(read), &command)
    }

    fn dispatch(&mut self, task: Task, answer: &ResponseApdu) -> Result<SessionStep, ChipFault> {
        match task {
            Task::File(read) => self.read_answered(read, answer),
            Task::SelectMaster => {
                // Not every chip lets its master file be selected; those that do not are in it after a reset.
                self.place = Place::Master;
                self.proceed()
            }
            Task::SelectApplication => self.application_selected(answer.status),
            Task::Pace(pace, offer) => self.pace_answered(pace, offer, answer),
            Task::Bac(bac) => self.bac_answered(bac, answer),
            Task::ChipAuthentication(run) => self.chip_authentication_answered(run, answer),
            Task::Confirmation => self.proceed(),
            Task::ActiveAuthentication(run) => {
                self.reading.active_authentication = Some(run.respond(answer));
                self.proceed()
            }
        }
    }

    fn read_answered(
        &mut self,
        mut read: FileRead,
        answer: &ResponseApdu,
    ) -> Result<SessionStep, ChipFault> {
        let result = read.respond(answer, &mut self.blocks, self.limits.file_bytes);
        self.note_all();
        match result {
            Ok(Read::More) => return self.read_on(read),
            Ok(Read::Whole) => self.store(read.file, read.buffer),
            Err(fault) => {
                self.reading.missing.insert(read.file, fault);
                if read.file == FileName::CardAccess {
                    self.no_card_access(fault)?;
                }
            }
        }
        self.proceed()
    }

    fn store(&mut self, file: FileName, bytes: Vec<u8>) {
        match file {
            FileName::AtrInfo => self.blocks.promised(&bytes),
            FileName::CardAccess => self.offered(&bytes),
            FileName::DataGroup(DataGroup::Dg14) => self.compare_offers(&bytes),
            _ => {}
        }
        self.reading.files.insert(file, bytes);
    }

    /// The answer could not be opened.
    fn broken(&mut self, task: Task, fault: ChipFault) -> Result<SessionStep, ChipFault> {
        let was_pending = self.pending_key.take().is_some();
        if was_pending {
            // The keys of Chip Authentication are not the chip's: that is what it is for.
            self.reading.chip_authentication = Some(Err(ChipFault::ChipAuthenticationFailed));
        } else if !matches!(fault, ChipFault::SecureMessagingEnded(_)) {
            return Err(fault);
        }
        match &task {
            Task::ActiveAuthentication(_) => {
                // The last that was to be done.
                self.reading.active_authentication = Some(Err(fault));
                return Ok(self.finish());
            }
            Task::ChipAuthentication(_) => {
                self.reading.chip_authentication = Some(Err(fault));
            }
            Task::File(read) if read.asked_extended() && !was_pending => {
                self.blocks.without_extended();
                self.note_all();
            }
            _ => {}
        }
        if self.restarts >= self.limits.restarts {
            return Err(fault);
        }
        self.restarts += 1;
        self.note(Finding::SessionRestarted(fault));
        self.keep(task);
        self.forget_session();
        self.place = Place::Left;
        self.proceed()
    }

    /// Keeps a file that was read in part.
    fn keep(&mut self, task: Task) {
        if let Task::File(mut read) = task
            && !read.buffer.is_empty()
        {
            read.restarted();
            self.partial = Some(read);
        }
    }

    fn forget_session(&mut self) {
        self.channel = None;
        self.pending_key = None;
    }

    /// Reports what was noticed about the chip's way of being read.
    fn note_all(&mut self) {
        for finding in core::mem::take(&mut self.blocks.findings) {
            self.note(finding);
        }
    }

    /// Reports something, once.
    pub(super) fn note(&mut self, finding: Finding) {
        if !self.reading.findings.contains(&finding) {
            self.reading.findings.push(finding);
        }
    }
}
