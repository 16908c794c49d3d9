/* Sends each chosen picture on its own, so that a dropped connection loses one and the others are saved. */
(() => {
  "use strict";
  const form = document.getElementById("send");
  const said = document.getElementById("sent");
  const files = document.getElementById("files");
  if (!form || !window.fetch || !window.FormData) return;

  const LARGE = 20 * 1024 * 1024;
  const bar = document.getElementById("bar");

  const one = async (file, place) => {
    if (file.size > LARGE && window.sendInPieces) {
      bar.hidden = false;
      try {
        return await window.sendInPieces(form, file, place, (share) => (bar.value = share));
      } finally {
        bar.hidden = true;
      }
    }
    const body = new FormData();
    for (const field of form.elements) {
      if (!field.name || field.name === "n" || field.type === "file" || (field.type === "checkbox" && !field.checked)) continue;
      body.append(field.name, field.value);
    }
    body.append("n", place);
    body.append(files.name, file);
    for (const wait of [3, 6, 12, 0]) {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if ((answer.headers.get("Content-Type") || "").includes("json")) return answer.json();
      if (answer.status !== 503 || !wait) throw answer;
      await new Promise((go) => setTimeout(go, wait * 1000));
    }
  };

  form.addEventListener("submit", async (event) => {
    const chosen = [...files.files];
    const needed = [...form.querySelectorAll("[type=checkbox]")];
    if (!chosen.length || needed.some((box) => !box.checked)) return; // the page that comes back says what is missing
    event.preventDefault();
    form.querySelector("button").disabled = true;
    let saved = 0;
    const problems = [];
    const soFar = () => said.dataset.saved.replace("{saved}", saved).replace("{came}", chosen.length);
    for (const [place, file] of chosen.entries()) {
      said.textContent = `${said.dataset.wait} ${soFar()}`;
      try {
        const result = await one(file, place);
        saved += result.saved;
        problems.push(...result.refused.map((why) => `${file.name}: ${why}`));
      } catch (problem) {
        problems.push(`${file.name}: ${problem.status === 403 ? said.dataset.shut : said.dataset.cut}`);
      }
    }
    said.textContent = `${soFar()}. ${problems.join(" ")}`;
    form.querySelector("button").disabled = false;
    if (!problems.length) location.assign(form.dataset.home);
  });
})();
