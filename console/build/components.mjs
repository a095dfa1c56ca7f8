// The antd components whose styles are written into the static style sheet. One that is imported and not
// listed would be shown without any style: `check.mjs` fails then.
export const components = [
  'Alert', 'App', 'Button', 'Checkbox', 'Drawer', 'Dropdown', 'Empty', 'Form', 'Input', 'Menu', 'Modal',
  'Popover', 'QRCode', 'Radio', 'Result', 'Segmented', 'Select', 'Skeleton', 'Space', 'Spin', 'Switch', 'Tag',
]
// What is imported from antd and has no style of its own.
export const unstyled = ['ConfigProvider', 'theme', 'ThemeConfig', 'InputRef', 'MenuProps']
