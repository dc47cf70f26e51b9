/**
 * Reopens, after a reload, the notebook that was open. JupyterLab removes its path from the address
 * some time after it is loaded, and JupyterLite saves no layout; so the tab remembers which one was
 * in front.
 */
(() => {
  const query = new URLSearchParams(location.search);
  const last = sessionStorage.getItem("notebook");
  // The address may still have the path of the notebook that was opened first.
  const [navigation] = /** @type {any[]} */ (performance.getEntriesByType("navigation"));
  if (last && (navigation?.type === "reload" || !query.has("path"))) {
    query.set("path", last);
    history.replaceState(null, "", `?${query}${location.hash}`);
  }
  const waiting = setInterval(() => {
    // @ts-expect-error: the application, which shows itself to the page
    const shell = window.jupyterapp?.shell;
    if (!shell) {
      return;
    }
    clearInterval(waiting);
    const remember = () => {
      const path = shell.currentWidget?.context?.path;
      if (path) {
        sessionStorage.setItem("notebook", path);
      }
    };
    shell.currentChanged.connect(remember);
    remember();
  }, 500);
})();
