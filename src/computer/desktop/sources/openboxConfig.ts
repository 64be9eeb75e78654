/** The window manager's configuration: one desktop, no surprises, a menu of what is installed. */

import { shellQuote } from '../../../base/shellQuote.ts';
import type { Application } from './applications.ts';
import { CLICK_WINDOW } from './virtualClicks.ts';

/**
 * Openbox' rc.xml. The one it brings along switches between four desktops when the wheel is turned over the background,
 * and binds keys that applications want.
 */
export const OPENBOX_RC = `<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew><focusLast>yes</focusLast><raiseOnFocus>no</raiseOnFocus></focus>
  <placement><policy>Smart</policy><center>yes</center></placement>
  <theme>
    <name>Clearlooks</name><titleLayout>NLIMC</titleLayout><animateIconify>no</animateIconify>
  </theme>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <resize><drawContents>yes</drawContents><popupShow>Never</popupShow></resize>
  <keyboard>
    <keybind key="A-F4"><action name="Close"/></keybind>
    <keybind key="A-Tab"><action name="NextWindow"><finalactions>
      <action name="Focus"/><action name="Raise"/><action name="Unshade"/>
    </finalactions></action></keybind>
    <keybind key="A-space"><action name="ShowMenu"><menu>client-menu</menu></action></keybind>
  </keyboard>
  <mouse>
    <dragThreshold>3</dragThreshold><doubleClickTime>400</doubleClickTime><screenEdgeWarpTime>0</screenEdgeWarpTime>
    <context name="Frame">
      ${bind('A-Left', 'Press', 'Focus', 'Raise')}
      ${bind('A-Left', 'Drag', 'Move')}
      ${bind('A-Right', 'Drag', 'Resize')}
    </context>
    <context name="Titlebar">
      ${bind('Left', 'Drag', 'Move')}
      ${bind('Left', 'DoubleClick', 'ToggleMaximize')}
    </context>
    <context name="Titlebar Top Right Bottom Left TLCorner TRCorner BRCorner BLCorner">
      ${bind('Left', 'Press', 'Focus', 'Raise', 'Unshade')}
      <mousebind button="Right" action="Press">
        <action name="Focus"/><action name="Raise"/><action name="ShowMenu"><menu>client-menu</menu></action>
      </mousebind>
    </context>
    ${['Top', 'Bottom', 'Left', 'Right'].map(edge).join('\n    ')}
    <context name="TLCorner TRCorner BRCorner BLCorner">${bind('Left', 'Drag', 'Resize')}</context>
    <context name="Client">
      ${['Left', 'Middle', 'Right'].map((button) => bind(button, 'Press', 'Focus', 'Raise')).join('\n      ')}
    </context>
    <context name="Icon">
      ${bind('Left', 'Press', 'Focus', 'Raise')}
      ${menuOn('Left', 'client-menu')}
    </context>
    <context name="Iconify">${bind('Left', 'Click', 'Iconify')}</context>
    <context name="Maximize">${bind('Left', 'Click', 'ToggleMaximize')}</context>
    <context name="Close">${bind('Left', 'Click', 'Close')}</context>
    <context name="Root">
      ${menuOn('Right', 'root-menu')}
      ${menuOn('Middle', 'client-list-combined-menu')}
    </context>
  </mouse>
  <applications>
    <application title="${CLICK_WINDOW}">
      <decor>no</decor><fullscreen>yes</fullscreen><layer>above</layer><focus>yes</focus>
    </application>
  </applications>
  <menu><file>menu.xml</file><hideDelay>200</hideDelay><submenuShowDelay>0</submenuShowDelay></menu>
</openbox_config>
`;

/** Openbox' menu.xml, shown by a right click on the background. */
export function openboxMenu(applications: readonly Application[]): string {
  const items = applications.map(
    ({ label, command }) =>
      `    <item label="${escapeXml(label)}"><action name="Execute"><command>` +
      `${escapeXml(command.map(shellQuote).join(' '))}</command></action></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<openbox_menu xmlns="http://openbox.org/3.4/menu">
  <menu id="root-menu" label="Applications">
${items.join('\n')}
    <separator/>
    <menu id="client-list-combined-menu"/>
  </menu>
</openbox_menu>
`;
}

function bind(button: string, action: string, ...names: readonly string[]): string {
  const actions = names.map((name) => `<action name="${name}"/>`).join('');
  return `<mousebind button="${button}" action="${action}">${actions}</mousebind>`;
}

function edge(name: string): string {
  const drag = `<action name="Resize"><edge>${name.toLowerCase()}</edge></action>`;
  return `<context name="${name}"><mousebind button="Left" action="Drag">${drag}</mousebind></context>`;
}

function menuOn(button: string, menu: string): string {
  const action = `<action name="ShowMenu"><menu>${menu}</menu></action>`;
  return `<mousebind button="${button}" action="Press">${action}</mousebind>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
