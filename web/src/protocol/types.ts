/** The bodies of docs/app-protocol.md, version 1. Binary values are base64url, times RFC 3339. */

export type Action = "LOG_ON" | "APPROVE" | "CONFIRM" | "ACCEPT" | "SIGN";
export type Assurance = "low" | "substantial" | "high";

export interface Activation {
  readonly activation: string;
  readonly authenticator_id: string;
  readonly given_name: string;
  readonly birth_date: string;
}

export interface ActivatedApp {
  readonly app_token: string;
  readonly person: { readonly name: string };
  readonly user_id: string;
  readonly assurance: Assurance;
}

/** How the person shows which request is meant (R-SIG-4). */
export type Channel =
  | { readonly qr: readonly [string, string] }
  | { readonly typed_code: string }
  | { readonly link: string };

export interface ClaimedRequest {
  readonly claim: string;
  readonly sign_in: string;
  readonly nonce: string;
  readonly service: string;
  readonly service_id: string;
  readonly organisation: string;
  readonly action: Action;
  readonly reference_text: string;
  readonly psd2: boolean;
  readonly begun_at: string;
  readonly expires_at: string;
  readonly browser: string;
}

export interface Exchange { readonly exchange: string; readonly ke2: string; readonly tries_left: number }
export interface Approved { readonly approved: true; readonly return_to?: string }
export interface Rejected { readonly rejected: true; readonly return_to?: string }
export type RejectReason = "abort" | "not_me";

export interface AppSettings {
  readonly typed_code: "off" | "waiting" | "on";
  readonly typed_code_from: string | null;
  readonly hide_service_names: boolean;
}

export interface AuthenticatorSummary {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly since: string;
  readonly last_used: string | null;
  readonly this: boolean;
}

export interface Me {
  readonly name: string;
  readonly user_id: string;
  readonly assurance: Assurance;
  readonly authenticators: readonly AuthenticatorSummary[];
  readonly remind_second_authenticator: boolean;
  readonly settings: AppSettings;
}

export type ActivityKind =
  | "app_activated" | "sign_in_approved" | "sign_in_rejected" | "sign_in_reported" | "sign_in_cancelled"
  | "sign_in_timed_out" | "pin_locked" | "app_blocked" | "setting_changed" | "app_removed" | "enrolled" | "identified" | "register_followed";

export interface ActivityEntry {
  readonly at: string;
  readonly what: ActivityKind;
  readonly service: string | null;
  readonly action: Action | null;
  readonly reference_text: string | null;
  readonly authenticator: string | null;
  readonly tone: string;
}

export interface ActivityPage { readonly entries: readonly ActivityEntry[]; readonly next: string | null }
