// Adds findings to what the core answers in this page, in place of its own of the same id. `arguments[0]` are those findings.
window.added = arguments[0];
if (!window.addsFindings) {
  window.addsFindings = true;
  const real = window.fetch.bind(window);
  const text = async (body) => (typeof body === "string" ? body : new TextDecoder().decode(await new Response(body).arrayBuffer()));
  window.fetch = async (address, options) => {
    const answer = await real(address, options);
    if (!/^ipc:\/\/localhost\/call$/.test(String(address))) return answer;
    if (JSON.parse(await text(options.body)).command !== "diagnosis.findings") return answer;
    const all = await answer.json();
    const own = all.findings.filter((one) => !window.added.some(({ id }) => id === one.id));
    const body = JSON.stringify({ ...all, findings: [...window.added, ...own] });
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}
