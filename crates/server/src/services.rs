//! The registered services, held in memory and read anew when they change.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};

use oidc::client::Client;
use store::{Store, StoreError};

use crate::i18n::Lang;

/// A registered service, with what every page for it needs.
#[derive(Debug)]
pub struct Service {
    client: Client,
    /// The origins that its answers go to, for the policy on forms of our pages.
    pub form_targets: String,
}

impl Service {
    fn new(client: Client) -> Self {
        let mut origins: Vec<String> = client
            .redirect_uris
            .iter()
            .filter_map(|address| origin(address))
            .collect();
        origins.sort_unstable();
        origins.dedup();
        Self {
            form_targets: origins.join(" "),
            client,
        }
    }

    /// The registration.
    pub const fn client(&self) -> &Client {
        &self.client
    }
}

impl Deref for Service {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// The origin of an address.
pub(crate) fn origin(address: &str) -> Option<String> {
    url::Url::parse(address)
        .ok()
        .map(|url| url.origin().ascii_serialization())
}

/// The services by `client_id`.
#[derive(Debug, Default)]
pub struct Services(RwLock<Arc<HashMap<String, Arc<Service>>>>);

impl Services {
    /// The service of a `client_id`.
    pub fn find(&self, client_id: &str) -> Option<Arc<Service>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(client_id)
            .cloned()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Reads them from the store. One that does not hold together is left out and named in the log: it must not stop the others.
    pub fn reload(&self, store: &Store) -> Result<(), StoreError> {
        let documents = store.read_blocking(store::service::all)?;
        self.replace(documents);
        Ok(())
    }

    /// As [`Self::reload`], from a task.
    pub async fn reload_async(&self, store: &Store) -> Result<(), StoreError> {
        let documents = store.read(store::service::all).await?;
        self.replace(documents);
        Ok(())
    }

    fn replace(&self, documents: Vec<(String, String)>) {
        let services = documents
            .into_iter()
            .filter_map(|(client_id, document)| match serde_json::from_str::<Client>(&document) {
                Ok(client) if client.client_id == client_id => Some((client_id, Arc::new(Service::new(client)))),
                Ok(_) => {
                    tracing::error!(client_id, "a service is registered under another client_id than its own");
                    None
                }
                Err(error) => {
                    tracing::error!(client_id, %error, "a registered service does not hold together");
                    None
                }
            })
            .collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(services);
    }
}

/// A service's name in a language.
pub fn name(client: &Client, lang: Lang) -> &str {
    match lang {
        Lang::Da => &client.name.da,
        Lang::En => &client.name.en,
    }
}
