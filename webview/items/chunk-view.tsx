import { Component } from 'preact';
import type { RenderedBlock } from '../markdown/blocks.ts';
import { type Chunk, estimateHeight, htmlOfChunk } from '../markdown/chunks.ts';
import { LongBlockView } from './long-block-view.tsx';
import { textOf } from './text-of.ts';
import type { Look, PartsOnShow } from './use-nearness.ts';

interface ChunkProps {
  readonly chunk: Chunk;
  readonly look: Look;
  /** Undefined where the text is short and shown whole. */
  readonly parts: PartsOnShow | undefined;
}

/**
 * How a chunk is to be rendered. The one that is being written is always in the page, so that what is left out stays as
 * it is, and an update of the text costs that one alone.
 */
export function lookOf(chunk: Chunk, parts: PartsOnShow | undefined, isWritten: boolean): Look {
  if (!parts) return 'shown';
  const { nearness } = parts;
  const part = String(chunk.start);
  nearness.begin(part, parts.startsNear);
  if (isWritten) nearness.forgetHeight(part);
  return isWritten || nearness.isNear(part) ? 'shown' : parts.lookFarAway;
}

/** Part of a text, or an empty place as high. Rendered again only when it is to look different. */
export class ChunkView extends Component<ChunkProps> {
  override shouldComponentUpdate({ chunk, look, parts }: ChunkProps): boolean {
    const { props } = this;
    if (chunk !== props.chunk || look !== props.look || !parts !== !props.parts) return true;
    // A long block has parts of its own.
    return 'long' in chunk && look === 'shown' && parts?.version !== props.parts?.version;
  }

  override render({ chunk, look, parts }: ChunkProps) {
    const part = String(chunk.start);
    if (look === 'shown') {
      return (
        <div class="md-chunk" data-part={parts && part}>
          {'long' in chunk ? (
            <LongBlockView block={chunk.long} parts={parts} />
          ) : (
            chunk.blocks.map((block) => <MarkdownBlockView key={block.start} block={block} />)
          )}
        </div>
      );
    }
    const height = parts?.nearness.heightOf(part, () => estimateHeight(htmlOfChunk(chunk)));
    return (
      <div class="md-chunk is-far" data-part={part} style={{ height: `${height}px` }}>
        {look === 'text' && textOf(htmlOfChunk(chunk))}
      </div>
    );
  }
}

function MarkdownBlockView({ block: { html } }: { readonly block: RenderedBlock }) {
  // Safe: the renderer escapes all it is given (createMarkdown).
  return <div class="md-block" dangerouslySetInnerHTML={{ __html: html }} />;
}
