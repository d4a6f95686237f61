/** While the page finds out who is there: the mark, being read. */

export function Starting() {
  return (
    <main class="alone quiet">
      <p class="starting">Starting …</p>
    </main>
  );
}
