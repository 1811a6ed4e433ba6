// Saves each mark as soon as it is made. On a bad line it waits on this device and is sent when the line is back: the places
// of marks stay in the browser's store (they name nobody), the words of a report as long as the tab is open.
// Without a script the form is sent by its buttons.
const form = document.querySelector("form[data-answer]");
if (form) {
  const said = form.querySelector("[data-answer-said]");
  const marks = `renkei-marks-${form.dataset.answer}`;
  const words = `renkei-report-${form.dataset.answer}`;
  const report = form.elements.report;
  const boxes = () => [...form.querySelectorAll("input[name=done]")];
  let timer = 0;
  let isSaving = false;
  let isChanged = false;

  const keep = () => {
    const places = boxes().filter((box) => box.checked).map((box) => box.value);
    localStorage.setItem(marks, JSON.stringify({ revision: form.elements.revision.value, places }));
    sessionStorage.setItem(words, JSON.stringify({ revision: form.elements.revision.value, text: report.value }));
  };
  const forget = () => {
    localStorage.removeItem(marks);
    sessionStorage.removeItem(words);
  };
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };
  const save = async () => {
    if (isSaving) return later(500);
    isSaving = true;
    isChanged = false;
    const given = new FormData(form);
    given.set("deed", "save");
    try {
      const answer = await fetch(form.action, { method: "POST", body: given, headers: { Accept: "application/json" }, credentials: "same-origin" });
      const found = await answer.json();
      if (answer.ok) {
        form.elements.revision.value = found.revision;
        if (isChanged) keep();
        else forget();
        said.textContent = `${new Date().toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit" })} に保存しました。`;
      } else if (answer.status === 409) {
        forget();
        said.textContent = `${found.words} ページを開き直してください。`;
      } else {
        said.textContent = found.words;
      }
    } catch {
      said.textContent = "つながらないので、この端末に残しています。つながると、ひとりでに保存します。";
      later(10000);
    } finally {
      isSaving = false;
    }
  };
  const changed = () => {
    isChanged = true;
    keep();
    later(800);
  };

  const left = JSON.parse(localStorage.getItem(marks) ?? "null");
  const text = JSON.parse(sessionStorage.getItem(words) ?? "null");
  const revision = form.elements.revision.value;
  if (left && left.revision === revision) {
    for (const box of boxes()) box.checked = left.places.includes(box.value);
    if (text && text.revision === revision) report.value = text.text;
    said.textContent = "前に保存できなかった印を戻しました。";
    later(0);
  } else if (left) {
    forget();
    said.textContent = "保存できなかった印がありますが、そのあとでほかの人が変えました。いまの印を確かめてください。";
  }
  for (const box of boxes()) box.addEventListener("change", changed);
  report.addEventListener("input", changed);
  window.addEventListener("online", () => later(0));
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    forget();
  });
}
