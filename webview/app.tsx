import { useApp } from './app-context.ts';
import { Composer } from './composer/composer.tsx';
import { FindWidget } from './find/find-widget.tsx';
import { Header } from './header/header.tsx';
import { Lightbox } from './items/lightbox.tsx';
import { TranscriptList } from './list/transcript-list.tsx';
import { Workspace } from './live/workspace.tsx';
import { Welcome } from './welcome.tsx';

/** The whole panel. */
export function App() {
  const { store, strings } = useApp();
  const status = store.status.value;
  if (!status) return <div class="opening" role="progressbar" aria-label={strings.loading} />;
  return (
    <>
      <Header status={status} />
      {store.outdated.value && (
        <p class="banner" role="alert">
          {strings.outdated}
        </p>
      )}
      <Workspace status={status}>
        <main class="reading">
          <Transcript />
          <FindWidget />
        </main>
        <Composer status={status} />
      </Workspace>
      <Lightbox />
    </>
  );
}

function Transcript() {
  const { store } = useApp();
  const opened = store.opened.value;
  if (!opened || store.items.count.value === 0) return <Welcome />;
  return <TranscriptList key={opened.list} anchor={opened.anchor} />;
}
