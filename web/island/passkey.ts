// Passkeys (WebAuthn, Level 3). A button without the script is hidden:
//
//   <button type="button" hidden data-passkey="log-in|create|sign" data-begin="/path" data-status="ID" data-failed="words" [data-instead="NAME"]>
//
// It stands in a form with the hidden fields challenge and response. When it is pressed, the
// form's fields go to data-begin, which answers with {"options": …, "challenge": "…"}; the device is asked,
// its answer is put into the hidden fields, and the form is sent as it would be without the script.
// data-instead names a field that the passkey stands for: it is left empty.
// [data-without-passkeys] is what stands there where there are none.

interface Begun {
  options: { publicKey: unknown };
  challenge: string;
}

type Json = Record<string, unknown>;

export function passkey(): void {
  if (typeof PublicKeyCredential === "undefined" || !navigator.credentials) return;
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", () => void press(button));
  }
  for (const e of document.querySelectorAll<HTMLElement>("[data-without-passkeys]")) e.hidden = true;
}

async function press(button: HTMLButtonElement): Promise<void> {
  const form = button.form;
  const begin = button.dataset["begin"];
  if (!form || !begin) return;
  const instead = form.elements.namedItem(button.dataset["instead"] ?? "");
  const needed = instead instanceof HTMLInputElement && instead.required;
  if (needed) instead.required = false;
  try {
    if (button.dataset["passkey"] === "create" && !form.reportValidity()) return;
    button.disabled = true;
    say(button, "");
    if (instead instanceof HTMLInputElement) instead.value = "";
    const begun = await ask(begin, form);
    const answer = button.dataset["passkey"] === "create" ? await create(begun.options) : await get(begun.options);
    fill(form, "challenge", begun.challenge);
    fill(form, "response", JSON.stringify(answer));
    form.submit();
  } catch {
    say(button, button.dataset["failed"] ?? "");
    if (needed) instead.required = true;
  } finally {
    button.disabled = false;
  }
}

function say(button: HTMLButtonElement, words: string): void {
  const line = document.getElementById(button.dataset["status"] ?? "");
  if (line) line.textContent = words;
}

function fill(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}

async function ask(url: string, form: HTMLFormElement): Promise<Begun> {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  const answer = await fetch(url, { method: "POST", body: fields, headers: { Accept: "application/json" }, redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Begun;
}

async function create(options: Begun["options"]): Promise<Json> {
  const publicKey = decoded(options.publicKey) as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential | null;
  if (!made) throw new Error("no credential");
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ...common(made),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

async function get(options: Begun["options"]): Promise<Json> {
  const publicKey = decoded(options.publicKey) as PublicKeyCredentialRequestOptions;
  const shown = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential | null;
  if (!shown) throw new Error("no credential");
  const response = shown.response as AuthenticatorAssertionResponse;
  return {
    ...common(shown),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : undefined,
    },
  };
}

function common(c: PublicKeyCredential): Json {
  return {
    id: c.id,
    rawId: text(c.rawId),
    type: c.type,
    authenticatorAttachment: c.authenticatorAttachment ?? undefined,
    clientExtensionResults: c.getClientExtensionResults(),
  };
}

/** The fields of the options that are bytes, which JSON has as base64url: the challenge, the user's handle, credentials' ids. */
function decoded(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((v) => decoded(v));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === "rp" ? v : decoded(v, k)]));
  }
  return typeof value === "string" && (name === "challenge" || name === "id") ? bytes(value) : value;
}

function bytes(s: string): Uint8Array {
  const raw = atob(s.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

function text(b: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(b))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
