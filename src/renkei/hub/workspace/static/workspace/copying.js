// Copies a text by one button, where the browser lets a page do so.
for (const button of document.querySelectorAll("[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  const said = document.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      said.textContent = "写しました。ほかのソフトに貼りつけてください。";
    } catch {
      text.select();
      said.textContent = "選びました。Ctrl と C を押すと写せます。";
    }
  });
}
