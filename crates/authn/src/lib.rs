//! What a person's authenticator produces: approvals signed by a device key, the PIN's OPAQUE exchange, activation codes.
