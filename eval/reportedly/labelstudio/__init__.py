"""Label Studio, the annotators' side: configuration, tasks out, annotations in, without losing a character.

A project holds one layer (`LAYERS` in `parts.py`), seeded with the layers below it, or `all` of them for viewing. How
a record is held in the result of Label Studio, and why:

- **Mentions, triggers, parts of attributions, claims** are regions of `<Text>` with one label each, in the controls
  `mention`, `trigger`, `attribution`, `claim`. The id of the region is the id of the item. Offsets of `<Text>` are
  code points, as ours are; `value.text` is for display and never read.
- **Level, genericity, tense, polarity, degree, detail and the attributes of an attribution** are per-region `Choices`.
- **Head** is a per-region text field that quotes the head (`fighters`, `2#prison` for the second one), as in quoted
  annotation; empty means the whole mention. A region of its own would double the regions of a text.
- **Value** is a per-region text field.
- **Coreference** is a per-region text field, `entity` on mentions and `event` on triggers, and a field `entities` of
  the document with one row `e1 | ORG.ArmedGroup | Northern Shield` an entity. Arcs between mentions make a full
  document unreadable, and a chain of arcs has no place for the name and type of an entity.
- **Arguments** are arcs from the trigger, labelled with roles: one arc a pair with several labels where one target
  fills two roles, for the editor keeps only one arc of a pair. **Links of events** are arcs between triggers.
- **An attribution** is its cue (without a cue, its content) with an arc to each other part. These arcs need no label,
  the ends decide; `fragment` joins a further fragment of the cue to the first, `parent` leads to the cue of the
  parent. Its attributes, `source_entity` and `chain` (`e4 > e7~implicit > OUTLET`) stand on the cue. Other parts have
  ids such as `a1-content-2`.
- **Factuality** is a value for an event *and* a source: neither a choice on a region nor an arc that could carry
  evidence. It is a text field of the trigger, a row a source: `AUTHOR Uu @a1`, `a1 PS- may ++ not`, with the tags and
  the evidence of quoted annotation. `@a1` is the cue of a1; a quote is looked for in the sentence of the trigger;
  `4:may` in sentence 4; `[12-15]` gives offsets where no quote can.
- **A claim** is a region of its own, so that its id comes back, on the span of its head, with an arc to the cue of its
  source; without one the source is AUTHOR. An arc to the head is needed only where two items have its span.
- **What is undecided** in the layer `adjudication` is a text field of the document with a row for each disagreement; who has
  decided one deletes its row, and no annotation with a row left is read (`reportedly.adjudicate`).

`parts.py` cuts records into layers, `controls.py` lists the controls, `config.py` writes them as XML, `fields.py` holds
the grammar of the text fields, `sources.py` finds records and texts, `tasks.py` writes them as tasks. Back: `results.py`
checks the shape, `arcs.py` and `acts.py` say what arcs and parts of attributions mean, `regions.py` makes the layers,
`exports.py` reads the files that Label Studio exports, `passes.py` puts passes in place and notes whose work their layers
are (`reportedly.own`). `hotkeys.py` makes the card of hotkeys.
"""
