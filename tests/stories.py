"""Short articles that are no copies of one another, and what a run made of them."""

import json
import random
from pathlib import Path

ZH = "推想医疗宣布完成5亿美元D轮融资，由IDG资本领投。蚂蚁阿福于2025年3月上线。"
EN = "OpenAI unveiled ChatGPT Health on January 7, 2026. Infervision raised $50 million."
FIRMS = (
    "推想医疗",
    "联影智能",
    "数坤科技",
    "深睿医疗",
    "鹰瞳科技",
    "医渡科技",
    "晶泰科技",
    "英矽智能",
    "圆心科技",
    "微脉",
)
WORDS = ("影像", "病历", "随访", "药物", "基因", "手术", "护理", "问诊", "心电", "病理", "超声", "筛查")


def write_story(number: int) -> str:
    """Give an article that is no copy of another, in Chinese or English."""
    chance = random.Random(number)
    firms, words = chance.sample(FIRMS, 4), chance.sample(WORDS, 6)
    if number % 2:
        told = [
            f"{firms[at]}宣布完成{chance.randint(1, 90)}亿元{words[at]}融资，用于{words[at + 1]}与{words[at + 2]}。"
            for at in range(4)
        ]
        return f"{ZH}{''.join(told)}\n第{number}篇。"
    told = [
        f"{chance.choice(('Abridge', 'Tempus', 'PathAI', 'Viz.ai', 'Paige'))} raised ${chance.randint(2, 90)} million in "
        f"{chance.choice(('May', 'June', 'July'))} 20{chance.randint(10, 25)} for {chance.choice(('imaging', 'scribes', 'triage', 'trials'))} "
        f"and {chance.choice(('nurses', 'wards', 'surgeons', 'payers', 'pharmacists', 'patients'))}."
        for _ in range(6)
    ]
    return f"{EN} {' '.join(told)}\n{number}"


def read_bytes(out: Path) -> dict[str, bytes]:
    """Give every file that readers see, but for the one that carries clock times."""
    return {
        path.name: path.read_bytes()
        for path in sorted(out.iterdir())
        if path.is_file() and path.name != "run.json"
    }


def rows(out: Path, table: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()]


def write_stories(folder: Path, numbers: range) -> None:
    """Write articles into a folder, two in three as files and the others as rows of a table."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number in numbers:
        if number % 3:
            (folder / f"{number:03}.txt").write_text(write_story(number), encoding="utf-8")
        else:
            rows.append({"id": f"s{number}", "published_at": "2025-03-16", "text": write_story(number)})
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / f"rows-{numbers.start}.jsonl").write_text(lines, encoding="utf-8")
