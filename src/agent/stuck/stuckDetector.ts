import { type Intent, intentOf, isSameIntent, sortOf } from './intents.ts';
import { Ladder, type Level } from './ladder.ts';
import { Outcomes } from './outcomes.ts';
import { Recent } from './recent.ts';
import { Rounds } from './rounds.ts';
import { type News, SeenScreens, type Sight } from './seenScreens.ts';
import { digestOf, type Step, wordsOf } from './step.ts';

/**
 * - `repeated`: the same was tried, and nothing changed to see
 * - `circle`: a few actions and screens take turns
 * - `nothing-new`: many different things were tried, and nothing was seen that was not seen before
 * - `outcome`: a call or a command ended in the same way again
 */
export type SignKind = 'repeated' | 'circle' | 'nothing-new' | 'outcome';

export interface Sign {
  readonly kind: SignKind;
  readonly level: Level;
  /** How often it was tried. */
  readonly times: number;
  /** What was tried last. */
  readonly step: Pick<Step, 'member' | 'input'>;
}

/** Tries of the same without a change to see. */
const TRIES = 3;

/** The same for what often shows nothing. */
const SHY_TRIES = 20;

/** Looks after actions of any kind that showed nothing new. */
const LOOKS = 12;

/** How often one may come back to a screen with nothing new in between. */
const HONEST_VISITS = 4;

/** Intents that are remembered, and texts. */
const REMEMBERED = 64;

/** Share of the screen beyond which nobody can tell what an action changed: of all actions, and of those without a place. */
const RESTLESS = 0.4;
const RESTLESS_FOR_KEYS = 0.05;

/** A call that took so long was a wait as well, ms. */
const LONG_CALL_MS = 5_000;

/**
 * Finds out whether a run moves on, by what is seen of it: it does with every screen, text, address or output that was not
 * there before. What is remembered is bounded, and a step costs the same however long the run is.
 *
 * A change of a few blocks of the screen may be an answer or a clock, so it neither counts as a try in vain nor, alone,
 * as progress.
 */
export class StuckDetector {
  readonly #screens = new SeenScreens();
  readonly #texts = new Recent<true>(REMEMBERED);
  readonly #outcomes = new Outcomes();
  readonly #rounds = new Rounds();
  readonly #ladder = new Ladder();
  /** What each way to look has shown last. */
  readonly #shown = new Recent<string>(REMEMBERED);
  /** How often a screen was come back to since there was something new. */
  readonly #visits = new Recent<number>(REMEMBERED);
  #tries: Tried[] = [];
  #lastTried = 0;
  /** Looks without anything new after something was done. */
  #looks = 0;
  #wasSlight = false;
  /** What was done since the last look. */
  #done: Intent[] = [];
  /** What was found out since then, other than by it. */
  #news: News = 'none';
  /** Since something was done last. */
  #hasWaited = false;
  #hasZoomed = false;

  /** @returns what to say or do about it, where the call is a sign that nothing moves on */
  take(step: Step): Sign | undefined {
    const sort = sortOf(step);
    if (step.durationMs >= LONG_CALL_MS && sort === 'command') this.#hasWaited = true;
    this.#learn(this.#newsOfTabs(step));
    if (step.isFailed || sort === 'command') return this.#ended(step);
    switch (sort) {
      case 'wait':
        this.#hasWaited = true;
        return undefined;
      case 'peek':
        if (step.member === 'zoom') this.#hasZoomed = true;
        this.#learn(this.#newsOfText(step));
        return undefined;
      case 'act':
      case 'scroll':
        this.#done.push(intentOf(step));
        if (this.#done.length > REMEMBERED) this.#done.shift();
        // What an action says is never more than a hint that it did something.
        if (this.#newsOfKey(digestOf(step.member, wordsOf(step.text))) === 'new') this.#learn('slight');
        return undefined;
      case 'look':
        return this.#looked(step);
    }
  }

  /** The model's turn is over: it reads what was said with the results. */
  turnEnded(): void {
    this.#ladder.turnEnded();
  }

  #looked(step: Step): Sign | undefined {
    const done = this.#done;
    const sight = this.#see(step, done.length === 0);
    const before = this.#shown.get(step.member);
    this.#shown.set(step.member, sight.id);
    this.#learn(sight.news);
    const news = this.#news;
    this.#done = [];
    this.#news = 'none';
    if (news === 'new') return undefined;
    if (news === 'slight') {
      // Also where nothing was done since the last look: answers come late.
      this.#changedSlightly();
      return undefined;
    }
    if (done.length === 0) return undefined;
    const acts = done.filter(({ isScroll }) => !isScroll);
    const tried = done.map((intent) => this.#triedOf(intent));
    const hasWaited = this.#hasWaited;
    const isWaiting = hasWaited && acts.every(({ isReload }) => isReload);
    const isHonest = this.#isUncertain(acts, step) || isWaiting;
    this.#hasWaited = false;
    this.#wasSlight = false;
    if (isHonest && acts.length > 0) return undefined;
    this.#rounds.add({
      done: [...new Set(tried.map(({ id }) => id))].join(),
      seen: sight.id,
      isScroll: acts.length === 0,
    });
    if (acts.length > 0) this.#countInVain(sight.id, before, tried);
    return this.#sign(tried, hasWaited);
  }

  /**
   * Something was done and shows nothing new. What went back to a screen that was seen before has changed something all the
   * same: going back through pages, undoing, stepping down again is honest, coming by time after time is not.
   */
  #countInVain(seen: string, before: string | undefined, tried: readonly Tried[]): void {
    const visits = (this.#visits.get(seen) ?? 0) + 1;
    this.#visits.set(seen, visits);
    if (seen !== before && visits <= HONEST_VISITS) return;
    const acts = tried.filter(({ intent }) => !intent.isScroll);
    for (const one of new Set(acts)) one.times += 1;
    if (acts.some(({ intent }) => !intent.isShy)) this.#looks += 1;
  }

  #sign(tried: readonly Tried[], hasWaited: boolean): Sign | undefined {
    const kind = this.#kindOf(tried);
    const latest = tried.at(-1);
    if (!kind || !latest) return undefined;
    const most = tried.reduce((one, other) => (other.times > one.times ? other : one), latest);
    const skipped: Level[] = [
      ...(hasWaited ? ['wait' as const] : []),
      ...(this.#hasZoomed ? ['zoom' as const] : []),
    ];
    const level = this.#ladder.sign(skipped);
    if (!level) return undefined;
    return { kind, level, times: this.#timesOf(kind, most), step: most.intent.step };
  }

  #timesOf(kind: SignKind, most: Tried): number {
    if (kind === 'repeated') return most.times;
    return kind === 'circle' ? this.#rounds.count : this.#looks;
  }

  #kindOf(tried: readonly Tried[]): SignKind | undefined {
    const isRepeated = tried.some(({ intent, times }) => times >= (intent.isShy ? SHY_TRIES : TRIES));
    if (isRepeated) return 'repeated';
    if (this.#rounds.isCircle) return 'circle';
    // Only a look that follows an action counts for this, and is a sign of it.
    const isAct = tried.some(({ intent }) => !intent.isScroll);
    return isAct && this.#looks >= LOOKS ? 'nothing-new' : undefined;
  }

  /** A command, or a call that failed. */
  #ended(step: Step): Sign | undefined {
    const isNew = this.#outcomes.isNew(step);
    if (isNew && !step.isFailed) this.#learn('new');
    const times = this.#outcomes.count(step, this.#hasWaited);
    this.#hasWaited = false;
    if (times === 0) return undefined;
    const level = this.#ladder.sign(['zoom']);
    return level && { kind: 'outcome', level, times, step: { member: step.member, input: step.input } };
  }

  #learn(news: News): void {
    if (news === 'new') this.#movesOn();
    if (news === 'new' || this.#news === 'none') this.#news = news;
  }

  #movesOn(): void {
    this.#tries = [];
    this.#looks = 0;
    this.#wasSlight = false;
    this.#hasWaited = false;
    this.#hasZoomed = false;
    this.#visits.clear();
    this.#rounds.clear();
    this.#outcomes.movedOn();
    this.#ladder.reset();
  }

  #changedSlightly(): void {
    // Twice in a row it is no clock that shows minutes: each time something was done, something changed.
    if (this.#wasSlight) {
      this.#movesOn();
      this.#wasSlight = true;
      return;
    }
    this.#wasSlight = true;
    this.#looks = 0;
    this.#rounds.clear();
    for (const tried of this.#tries) tried.times = Math.max(0, tried.times - 1);
  }

  #see(step: Step, isIdle: boolean): Sight {
    if (step.screen) return this.#screens.see(step.screen.signature, isIdle);
    return { id: textKeyOf(step), news: this.#newsOfText(step) };
  }

  #newsOfText(step: Step): News {
    return this.#newsOfKey(textKeyOf(step));
  }

  #newsOfKey(key: string): News {
    if (this.#texts.get(key)) return 'none';
    this.#texts.set(key, true);
    return 'new';
  }

  /** A title may be a clock too; what is open where is not. */
  #newsOfTabs({ tabs }: Step): News {
    if (!tabs) return 'none';
    const places = digestOf('places', ...tabs.map(({ id, url, isActive }) => `${id} ${isActive} ${url}`));
    const titles = digestOf('titles', ...tabs.map(({ title }) => title));
    const isNewPlace = !this.#texts.get(places);
    const isNewTitle = !this.#texts.get(titles);
    this.#texts.set(places, true);
    this.#texts.set(titles, true);
    if (isNewPlace) this.#screens.forgetMotion();
    if (isNewPlace) return 'new';
    return isNewTitle ? 'slight' : 'none';
  }

  /** Whether too much moves by itself to tell what was done from that. */
  #isUncertain(acts: readonly Intent[], { screen }: Step): boolean {
    const { restless } = this.#screens;
    if (!screen || restless === 0) return false;
    if (restless > RESTLESS) return true;
    return acts.some(({ points }) =>
      points.length === 0
        ? restless > RESTLESS_FOR_KEYS
        : points.some((point) => this.#screens.isRestlessAt(point, screen)),
    );
  }

  #triedOf(intent: Intent): Tried {
    const known = this.#tries.find((tried) => isSameIntent(tried.intent, intent));
    if (known) return known;
    this.#lastTried += 1;
    const tried: Tried = { id: this.#lastTried, intent, times: 0 };
    this.#tries.push(tried);
    if (this.#tries.length > REMEMBERED) this.#tries.shift();
    return tried;
  }
}

interface Tried {
  readonly id: number;
  readonly intent: Intent;
  /** How often it was done without a change to see. */
  times: number;
}

function textKeyOf({ member, input, text, picture }: Step): string {
  return digestOf(member, JSON.stringify(input), text, picture ?? '');
}
