/**
 * Starts Python for the notebook in front as soon as its tab is there. By itself JupyterLab waits
 * until it has drawn all cells; Python takes as long to start, and does so in a thread of its own.
 */
(() => {
  if (!new URLSearchParams(location.search).has("path")) {
    return;
  }
  const waiting = setInterval(async () => {
    // @ts-expect-error: the application, which shows itself to the page
    const session = window.jupyterapp?.shell?.currentWidget?.sessionContext;
    if (!session) {
      return;
    }
    clearInterval(waiting);
    // Without it Python would not see the files of the notebook list.
    const worker = navigator.serviceWorker;
    if (worker && !worker.controller) {
      await new Promise((resolve) => {
        worker.addEventListener("controllerchange", resolve, { once: true });
      });
    }
    session.kernelPreference = { ...session.kernelPreference, name: "python" };
    // When JupyterLab asks for the same, it gets this session.
    session.initialize();
  }, 50);
})();
