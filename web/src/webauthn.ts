// SPDX-License-Identifier: Apache-2.0

// WebAuthn's options and credentials as JSON: the browser's own way where it has
// one, and by hand where not.

type Encoded = Record<string, unknown>;

interface Parsers {
  parseCreationOptionsFromJSON?: (json: object) => PublicKeyCredentialCreationOptions;
  parseRequestOptionsFromJSON?: (json: object) => PublicKeyCredentialRequestOptions;
}

export function creationOptions(json: object): PublicKeyCredentialCreationOptions {
  const parse = (PublicKeyCredential as Parsers).parseCreationOptionsFromJSON;
  if (parse) return parse.call(PublicKeyCredential, json);
  const o = json as Encoded & { user: Encoded };
  return {
    ...o,
    challenge: bytes(o.challenge),
    user: { ...o.user, id: bytes(o.user.id) },
    excludeCredentials: descriptors(o.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
}

export function requestOptions(json: object): PublicKeyCredentialRequestOptions {
  const parse = (PublicKeyCredential as Parsers).parseRequestOptionsFromJSON;
  if (parse) return parse.call(PublicKeyCredential, json);
  const o = json as Encoded;
  return {
    ...o,
    challenge: bytes(o.challenge),
    allowCredentials: descriptors(o.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
}

export function toJSON(credential: PublicKeyCredential): object {
  if ("toJSON" in credential) return credential.toJSON() as object;
  const c = credential as PublicKeyCredential;
  return {
    id: c.id,
    rawId: text(c.rawId),
    type: c.type,
    authenticatorAttachment: c.authenticatorAttachment ?? undefined,
    clientExtensionResults: c.getClientExtensionResults(),
    response: response(c.response),
  };
}

function response(r: AuthenticatorResponse): object {
  const clientDataJSON = text(r.clientDataJSON);
  if (r instanceof AuthenticatorAttestationResponse) {
    const transports = r.getTransports?.() ?? [];
    return { clientDataJSON, attestationObject: text(r.attestationObject), transports };
  }
  const a = r as AuthenticatorAssertionResponse;
  return {
    clientDataJSON,
    authenticatorData: text(a.authenticatorData),
    signature: text(a.signature),
    userHandle: a.userHandle ? text(a.userHandle) : undefined,
  };
}

function descriptors(list: unknown): object[] {
  return ((list ?? []) as Encoded[]).map((d) => ({ ...d, id: bytes(d.id) }));
}

function bytes(base64url: unknown): Uint8Array {
  const plain = atob(String(base64url).replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
