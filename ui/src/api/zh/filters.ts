// The languages of filters and of conditions (src/foundation/expr, tracking/run_filter.cc, pipeline/condition.cc).
import type { Forms } from '../said.core';

export const filtersZh: Forms = [
  ['position {}: {!}', '位置 {}：{}'],
  ['the expression has {} bytes, more than the limit of {}', '表达式有 {} 字节，超过上限 {}'],
  ['byte {} is not UTF-8', '字节 {} 不是 UTF-8'],
  ['parentheses and NOT are nested deeper than the limit of {}', '括号和 NOT 的嵌套超过上限 {} 层'],
  ['the list has more items than the limit of {}', '列表的项数超过上限 {}'],
  ['more clauses than the limit of {}', '条件的个数超过上限 {}'],
  ['the {} that opens here is never closed', '此处开始的 {} 没有结束'],
  ['found the end, expected {}', '到此结束，缺少{}'],
  ['found {}, expected {}', '这里是 {}，应为{}'],
  [
    'found {}, expected {}; a name with other characters stands in {}',
    '这里是 {}，应为{}；含其他字符的名称要写在 {} 中',
  ],
  ['a name', '名称'],
  ['a name or a value', '名称或值'],
  ['ASC, DESC or the end', 'ASC、DESC 或结尾'],
  ['the end', '结尾'],
  ['{} or the end', '{} 或结尾'],
  ["the ')' of the '(' at position {}", '位置 {} 的“(”所对应的“)”'],
  ["a list that begins with '{}'", '以“{}”开始的列表'],
  ['a quoted string or a number', '带引号的文本或数字'],
  ['a quoted string, a number or a name', '带引号的文本、数字或名称'],
  ["',' or '{}'", '“,”或“{}”'],
  ['a comparator ({})', '比较运算符（{}）'],
  // The runs table's filter.
  [
    "no run here has a metric, parameter or tag '{}', and no attribute is called so",
    '这里没有运行有名为“{}”的指标、参数或标签，也没有这个属性',
  ],
  ["'{}' is more than one thing; write {} or {}", '“{}”有不止一种含义；请写 {} 或 {}'],
  [
    "'{}' is no time; write 2026-11-24, 2026-11-24 15:25 or milliseconds since 1970",
    '“{}”不是时间；请写 2026-11-24、2026-11-24 15:25 或自 1970 年起的毫秒数',
  ],
  ['{} needs a text in quotes, and found {}', '{} 需要带引号的文本，这里是 {}'],
  ['{} is compared with a number, and found {}', '{} 要与数字比较，这里是 {}'],
  ['{} is a number, and {} compares texts', '{} 是数字，而 {} 比较文本'],
  // A job's condition.
  ["'{}' has no '{}' behind it", '“{}”之后没有“{}”'],
  ["'{}' has no place here", '“{}”不能出现在这里'],
  ["there is no function '{}'; there are: {}", '没有函数“{}”；可用的有：{}'],
  ["'{}' takes nothing in its parentheses", '“{}”的括号中不能有内容'],
  ["'{}' is a function; write {}()", '“{}”是函数；请写 {}()'],
  ["'{}' is not known; {}", '“{}”未知；{}'],
  ['expected true or false, not {}', '应为 true 或 false，而不是 {}'],
  ["there is no '{}'", '没有“{}”'],
  ['{} {} {}: true and false can be equal or not, and nothing else', '{} {} {}：true 与 false 只能比较是否相等'],
  ['{} {} {}: {} is no number and cannot be compared with one', '{} {} {}：{} 不是数字，不能与数字比较'],
  ['{}, which is {}', '{}，其值为 {}'],
];
