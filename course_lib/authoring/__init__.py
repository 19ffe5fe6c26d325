"""How notebooks are made from the text in `source/`, and held to the lesson contract.

`places` (where things lie) -> `source` (text to cells) -> `derive` (cells to notebooks) ->
`execute`, `widgets` (run them) -> `build` (write them, and find drift). `contract` and `trial`
judge the result; `workbook` and `lab` give a learner a copy. Only `places`, `errors`, `workbook`
and `lab` run on a learner's machine, so they need no test extra.
"""
