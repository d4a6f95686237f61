/** The page cannot start: why, and the one thing that may help. */

export function Trouble({ what }: { what: string }) {
  return (
    <main class="alone">
      <h1>Docpipe could not start</h1>
      <p role="alert">{what}</p>
      <button type="button" class="button primary" onClick={() => location.reload()}>
        Load it again
      </button>
    </main>
  );
}
