// A passkey needs a script: the form shows only where the browser can make or show one. It belongs to a name, so never to
// an address in numbers.
const named = !/^[\d.]+$|:/.test(location.hostname);
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!named || !window.PublicKeyCredential || !window.isSecureContext) continue;
  form.hidden = false;
  const said = form.querySelector("[data-passkey-said]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    try {
      const answer = await fetch(form.action, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      const question = await answer.json();
      const ask = form.dataset.passkey === "create" ? window.webauthnJSON.create : window.webauthnJSON.get;
      form.elements.credential.value = JSON.stringify(await ask(question));
      form.submit();
    } catch {
      said.textContent = "パスキーを使いませんでした。もう一度するか、ほかの方法を選んでください。";
    }
  });
}
