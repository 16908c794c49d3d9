/* Sends one large file in pieces and goes on where it stopped, so that a bad connection costs one piece at most. */
(() => {
  "use strict";
  const WAITS = [1, 2, 4, 8, 15, 30, 30, 30, 60, 60]; // seconds between tries before giving up

  const sleep = (seconds) =>
    new Promise((go) => {
      const timer = setTimeout(go, seconds * 1000);
      addEventListener("online", () => (clearTimeout(timer), go()), { once: true });
    });

  const fields = (form, more) => {
    const body = new URLSearchParams();
    for (const field of form.elements) {
      if (!field.name || field.name === "n" || field.type === "file" || (field.type === "checkbox" && !field.checked)) continue;
      body.append(field.name, field.value);
    }
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    return body;
  };

  const asked = async (address, options, token) => {
    const headers = { Accept: "application/json", "X-CSRFToken": token, ...options.headers };
    const answer = await fetch(address, { method: "POST", ...options, headers });
    const said = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : null;
    return { status: answer.status, said };
  };

  const patiently = async (attempt) => {
    for (const wait of WAITS) {
      try {
        const answer = await attempt();
        if (answer.status !== 503 && answer.status !== 400) return answer;
      } catch {
        // the connection dropped: wait and go on
      }
      await sleep(wait);
    }
    throw new Error("gave up");
  };

  /* Resolves to {saved, refused}; rejects with {status} where the case has to be opened again. `told` hears 0 to 1. */
  window.sendInPieces = async (form, file, place, told) => {
    const token = form.elements.csrfmiddlewaretoken.value;
    const about = fields(form, { n: place, u: file.name, z: file.size, v: file.lastModified });
    const began = await patiently(() => asked(form.dataset.begin, { body: about }, token));
    if (began.said?.refused) return { saved: 0, refused: began.said.refused };
    if (!began.said) throw began;
    let { at } = began.said;
    const address = form.dataset.piece.replace("00000000-0000-0000-0000-000000000000", began.said.id);
    for (;;) {
      told(at / file.size);
      const body = file.slice(at, at + began.said.piece);
      const headers = { "Upload-Offset": at, "Content-Type": "application/octet-stream" };
      const { status, said } = await patiently(() => asked(address, { body, headers }, token));
      if (!said) throw { status };
      if (said.refused) return { saved: said.saved || 0, refused: said.refused };
      at = said.at;
    }
  };
})();
