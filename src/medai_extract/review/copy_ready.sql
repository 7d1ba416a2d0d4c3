-- Made when all rows are in, which takes half as long.
CREATE INDEX article_of_source ON article (source, source_id);
CREATE INDEX mention_of_article ON mention (article_id, start);
CREATE INDEX mention_of_group ON mention (group_id, status, position);
CREATE INDEX mention_of_entity ON mention (entity_id, text);
CREATE INDEX mention_of_text ON mention (text, entity_id);
CREATE INDEX mention_by_label ON mention (status, label);
CREATE INDEX mention_by_rule ON mention (status, rule_id);
CREATE INDEX mention_by_lang ON mention (status, lang);
CREATE INDEX mention_by_publisher ON mention (status, publisher);
CREATE INDEX mention_by_month ON mention (status, month);
CREATE INDEX mention_by_entity ON mention (status, entity_id);
CREATE INDEX mention_disputed ON mention (disputed) WHERE disputed;
CREATE INDEX mention_of_standing ON mention (group_id) WHERE standing IS NOT NULL;
CREATE INDEX grp_of_rule ON grp (rule, weight DESC, doubt DESC);
CREATE INDEX entity_by_zh ON entity (name_zh);
CREATE INDEX entity_by_en ON entity (name_en);
CREATE INDEX tally_most ON tally (facet, status, number);
