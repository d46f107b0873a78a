//! What makes a registration hold together, in the order it is checked.

use url::{Host, Url};

use super::{ClientAuthentication, ClientFault, GrantType, Registration};
use crate::scope::{NOT_OFFERED, is_scope_token};

type Check = fn(&Registration) -> Result<(), ClientFault>;

/// Every check.
pub(super) const IN_ORDER: [Check; 8] = [
    has_client_id,
    has_names,
    has_offered_scopes,
    has_safe_addresses,
    has_grants,
    has_what_the_code_grant_needs,
    has_what_client_credentials_need,
    has_pkce_where_nothing_else_protects,
];

fn has_client_id(client: &Registration) -> Result<(), ClientFault> {
    let id = client.client_id.as_bytes();
    let unreserved = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    if !(1..=100).contains(&id.len()) || !id.iter().all(unreserved) {
        return Err(ClientFault::ClientIdMalformed);
    }
    Ok(())
}

fn has_names(client: &Registration) -> Result<(), ClientFault> {
    let names = [
        &client.name.da,
        &client.name.en,
        &client.organisation.id,
        &client.organisation.name,
    ];
    let shown = |name: &&String| {
        (1..=120).contains(&name.chars().count()) && !name.chars().any(char::is_control)
    };
    if !names.iter().all(shown) {
        return Err(ClientFault::NameMalformed);
    }
    Ok(())
}

fn has_offered_scopes(client: &Registration) -> Result<(), ClientFault> {
    for scope in &client.scopes {
        if NOT_OFFERED.contains(&scope.as_str()) {
            return Err(ClientFault::ScopeNotOffered);
        }
        if scope.starts_with("age_verify:") || !is_scope_token(scope) {
            return Err(ClientFault::ScopeMalformed);
        }
    }
    Ok(())
}

fn has_safe_addresses(client: &Registration) -> Result<(), ClientFault> {
    client
        .redirect_uris
        .iter()
        .chain(&client.post_logout_redirect_uris)
        .chain(&client.app_switch_urls)
        .try_for_each(|address| safe_address(address))
}

/// Absolute, without fragment or user, `https`, or `http` on this very machine (RFC 6749 section 3.1.2; RFC 8252 section 7.3).
fn safe_address(address: &str) -> Result<(), ClientFault> {
    // The URL parser repairs these; an address that needs repair would go out unrepaired in a header.
    if address.len() > 2000
        || !address
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
    {
        return Err(ClientFault::AddressMalformed);
    }
    let url = Url::parse(address).map_err(|_| ClientFault::AddressMalformed)?;
    if url.fragment().is_some() {
        return Err(ClientFault::AddressHasFragment);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ClientFault::AddressHasUser);
    }
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err(ClientFault::AddressMalformed),
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback => Ok(()),
        _ => Err(ClientFault::AddressNotSecure),
    }
}

fn has_grants(client: &Registration) -> Result<(), ClientFault> {
    if client.grant_types.is_empty() {
        return Err(ClientFault::NoGrantType);
    }
    Ok(())
}

fn has_what_the_code_grant_needs(client: &Registration) -> Result<(), ClientFault> {
    if client.grant_types.contains(&GrantType::AuthorizationCode) {
        if client.redirect_uris.is_empty() {
            return Err(ClientFault::NoRedirectUri);
        }
        if !client.scopes.iter().any(|scope| scope == "openid") {
            return Err(ClientFault::NoOpenidScope);
        }
    }
    Ok(())
}

fn has_what_client_credentials_need(client: &Registration) -> Result<(), ClientFault> {
    if client.grant_types.contains(&GrantType::ClientCredentials)
        && client.authentication == ClientAuthentication::None
    {
        return Err(ClientFault::CredentialsWithoutAuthentication);
    }
    Ok(())
}

fn has_pkce_where_nothing_else_protects(client: &Registration) -> Result<(), ClientFault> {
    if client.authentication == ClientAuthentication::None && !client.require_pkce {
        return Err(ClientFault::PublicWithoutPkce);
    }
    Ok(())
}
