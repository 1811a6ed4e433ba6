// Shows how far a pile of files has gone up. Without a script the form is sent as any other.
for (const form of document.querySelectorAll("form[data-bringing]")) {
  const bar = form.querySelector("progress");
  const said = form.querySelector("[data-bringing-said]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    const files = form.elements.files.files.length;
    const call = new XMLHttpRequest();
    button.disabled = true;
    bar.hidden = false;
    bar.value = 0;
    said.textContent = `${files}個のファイルを読み込んでいます。`;
    call.upload.addEventListener("progress", (now) => {
      if (now.lengthComputable) bar.value = now.loaded / now.total;
    });
    call.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      said.textContent = `${files}個のファイルを読み込みました。中身を調べています。このままお待ちください。`;
    });
    call.addEventListener("load", () => {
      // What the hub refuses is told by its own page.
      if (call.status === 200 && call.response?.next) location.assign(call.response.next);
      else form.submit();
    });
    call.addEventListener("error", () => {
      button.disabled = false;
      bar.hidden = true;
      said.textContent = "ハブにつながりませんでした。何も入っていません。もう一度押してください。";
    });
    call.open("POST", form.action);
    call.setRequestHeader("Accept", "application/json");
    call.responseType = "json";
    call.send(new FormData(form));
  });
}
