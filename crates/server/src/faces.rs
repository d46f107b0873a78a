//! The model that compares faces (R-DOC-6), where the operator has configured one, and how many may be looked at at once.

use std::sync::{Arc, PoisonError, RwLock};

use domain::policy::FacePolicy;
use domain::proofing::{FaceStep, StepSeen};
use face::picture::{Picture, PictureFault};
use face::{Matcher, NetworkFault, Seen, look_without_model};
use tokio::sync::Semaphore;

use crate::Segl;
use crate::error::Fault;

/// How many sets of pictures one server looks at at once; others wait their turn.
const AT_ONCE: usize = 2;

/// The model, and the places before it.
pub struct Faces {
    matcher: RwLock<Option<Arc<Matcher>>>,
    places: Semaphore,
}

impl Default for Faces {
    fn default() -> Self {
        Self {
            matcher: RwLock::default(),
            places: Semaphore::new(AT_ONCE),
        }
    }
}

/// What was seen in the portrait and in each picture.
pub(crate) struct Looked {
    pub(crate) portrait: Option<Seen>,
    pub(crate) steps: Vec<StepSeen>,
}

/// Why nothing could be seen.
enum NotSeen {
    Picture,
    Network(NetworkFault),
}

impl Faces {
    /// Takes a model into use, or none.
    pub fn replace(&self, matcher: Option<Matcher>) {
        let mut held = self.matcher.write().unwrap_or_else(PoisonError::into_inner);
        *held = matcher.map(Arc::new);
    }

    /// The model in use.
    pub fn matcher(&self) -> Option<Arc<Matcher>> {
        let held = self.matcher.read().unwrap_or_else(PoisonError::into_inner);
        held.clone()
    }

    /// Looks at pictures beside the portrait. None where one of them is no picture.
    pub(crate) async fn look(
        &self,
        policy: &FacePolicy,
        portrait: Vec<u8>,
        pictures: Vec<(FaceStep, Vec<u8>)>,
    ) -> Result<Option<Looked>, Fault> {
        let place = self.places.acquire().await;
        let _place = place.map_err(|_| Fault::Missing("a place before the model"))?;
        let (matcher, policy) = (self.matcher(), policy.clone());
        let looked =
            Segl::aside(move || look(matcher.as_deref(), &policy, &portrait, pictures)).await?;
        match looked {
            Ok(looked) => Ok(Some(looked)),
            Err(NotSeen::Picture) => Ok(None),
            Err(NotSeen::Network(fault)) => {
                tracing::error!(%fault, "the model that compares faces failed");
                Err(Fault::Missing("an answer of the model that compares faces"))
            }
        }
    }
}

fn look(
    matcher: Option<&Matcher>,
    policy: &FacePolicy,
    portrait: &[u8],
    pictures: Vec<(FaceStep, Vec<u8>)>,
) -> Result<Looked, NotSeen> {
    let limits = policy.quality();
    let see = |picture: &Picture| match matcher {
        Some(matcher) => matcher.look(picture, &limits).map_err(NotSeen::Network),
        None => Ok(look_without_model(picture, &limits)),
    };
    // A portrait that cannot be decoded here is one for an official.
    let portrait = match Picture::decode(portrait) {
        Ok(portrait) => Some(see(&portrait)?),
        Err(_) => None,
    };
    let mut steps = Vec::with_capacity(pictures.len());
    for (step, bytes) in pictures {
        let picture = Picture::decode(&bytes).map_err(|_: PictureFault| NotSeen::Picture)?;
        let seen = see(&picture)?;
        let comparison = matcher
            .zip(portrait.as_ref())
            .and_then(|(matcher, portrait)| matcher.compare(portrait, &seen));
        steps.push(StepSeen {
            step,
            seen,
            comparison,
        });
    }
    Ok(Looked { portrait, steps })
}
