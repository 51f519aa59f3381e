/** How to get a first channel. */
export function NoChannels() {
  return (
    <section className="empty">
      <h2>No channel yet</h2>
      <p>A channel appears with the first file that is followed. Unless you chose other files, this makes one:</p>
      <pre tabIndex={0}>
        <code>echo hello &gt;&gt; data/hello.log</code>
      </pre>
      <p>To follow other files:</p>
      <pre tabIndex={0}>
        <code>
          npm start -- --logs &apos;/var/log/{'{name}'}.log=host/{'{name}'}&apos;
        </code>
      </pre>
      <p>
        Or press <em>New deployment</em>: it writes a log for you to watch.
      </p>
    </section>
  );
}
