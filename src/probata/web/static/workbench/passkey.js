// Passkeys: what the page offers is given to the browser, and what the browser gives back goes into the form.
//
// <form data-passkey="create|get" data-options="…"><input type="hidden" name="credential"> … <button type="button">

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function opened(options) {
  const known = structuredClone(options.publicKey);
  known.challenge = bytes(known.challenge);
  if (known.user) known.user.id = bytes(known.user.id);
  for (const list of ["excludeCredentials", "allowCredentials"])
    for (const one of known[list] ?? []) one.id = bytes(one.id);
  return { publicKey: known };
}

function closed(credential) {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  if (given.attestationObject) {
    response.attestationObject = text(given.attestationObject);
    response.transports = given.getTransports?.() ?? [];
  } else {
    response.authenticatorData = text(given.authenticatorData);
    response.signature = text(given.signature);
    response.userHandle = given.userHandle ? text(given.userHandle) : null;
  }
  const told = { type: credential.type, id: credential.id, rawId: text(credential.rawId), response };
  return { ...told, clientExtensionResults: credential.getClientExtensionResults() };
}

function refuse(form, words) {
  const place = form.querySelector(".refused");
  place.textContent = words;
  place.hidden = !words;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.querySelector("button").addEventListener("click", async () => {
    refuse(form, "");
    if (!form.reportValidity()) return;
    if (!globalThis.PublicKeyCredential) return refuse(form, form.dataset.insecure);
    const options = opened(JSON.parse(form.dataset.options));
    try {
      form.elements.credential.value = JSON.stringify(closed(await navigator.credentials[form.dataset.passkey](options)));
    } catch {
      return refuse(form, form.dataset.unable);
    }
    form.submit();
  });
}
