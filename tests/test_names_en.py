"""Names in English text that no list holds: what is found, as what, and what is left alone."""

import re
import shutil
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from medai_extract.errors import PatternError
from medai_extract.evaluate.letters import write_letters
from medai_extract.match.english import EnglishNames
from medai_extract.match.english.letters import read_letters
from medai_extract.match.english.memory import REMEMBERED, Memory
from medai_extract.model import Candidate, Mention
from medai_extract.patterns import load_patterns
from medai_extract.pipeline import Pipeline
from medai_extract.segment import SegmentedText
from medai_extract.settings import Settings

PATTERNS = load_patterns()
PIPELINE = Pipeline(PATTERNS, Settings(names=False))
ENGLISH = EnglishNames(PATTERNS)
OTHER_TOPICS = tomllib.loads(
    (Path(__file__).parent / "cases" / "other_topics_en.toml").read_text(encoding="utf-8")
)
MARK = re.compile(r"\[([^\]]+)\]([OP])")


def names_of(text: str) -> list[Mention]:
    return [mention for mention in PIPELINE(text).mentions if mention.label in ("ORG", "PRODUCT")]


def find(text: str, known: tuple[Candidate, ...] = ()) -> list[Candidate]:
    return ENGLISH.find(SegmentedText(text), known)


# [name]O is an organisation, [name]P a product; nothing else in the row is a name of either kind.
FOUND = [
    # heads and legal forms
    "The round was led by [Quillmark Ventures]O, the company said.",
    "Its clients include [Ostrava Optics Ltd.]O and [Brenn & Haldor AG]O, both hospital suppliers.",
    "The software was tested at the [University of Dalmere]O and at [Haverling General Hospital]O.",
    "Patients were treated at [Hôpital Sainte-Ombeline]O, a hospital in the north.",
    "The regulator, the [Ministry of Health and Digital Affairs]O, approved the device.",
    "The [Institute for Machine Medicine]O published data on the company.",
    "The [Office for Clinical Software]O and the [Royal College of Imaging]O wrote rules for hospitals.",
    # roles and actions
    "[Zelvora]O raised $24 million from investors to sell software to hospitals.",
    "Doctors like it, said Mary Lund, chief executive of [Pathweave]O, a company in Leeds.",
    "Shares of [Merrowtech]O ([NYSE]O: MRW) fell after the company reported a loss.",
    "[Nordlys]O agreed to acquire [Kestrelis]O, a maker of ultrasound devices, for $90 million.",
    "The start-up [Ambrella]O signed a contract with three hospitals.",
    # products: launches, use, versions, heads, possession
    "[Zelvora]O launched [Florin]P, an assistant for nurses, last week.",
    "The hospital has used [Tessaro 2.5]P since May, and its doctors trust the software.",
    "Radiologists read the scans with [Halden-R1]P, a model trained on patient data.",
    "[Ambrella]O's [CardioWeft]P is available in Europe; the company sells it to hospitals.",
    "The [FDA]O cleared the [uVENTA]P scanner for clinical use.",
    "Patients talk to the [Okello]P app before they see a doctor.",
    "The company tested [Velmatinib]P in patients with cancer.",
    "Software such as [Note Harbour Pro]P from [Pathweave]O writes the record for the doctor.",
    # coordination
    "Investors include [Thornby Capital]O, [Wexcel]O and [Ilmarin]O, according to the company.",
    "Rivals such as [Nordlys]O, [Merrowtech]O and [Tarn Medical]O sell software to hospitals as well.",
    # aliases, short forms, headlines
    "The [National Agency for Medical Devices]O ([NAMD]O) approved it. [NAMD]O will review the data in June.",
    "[Ostrelle Therapeutics Inc.]O raised money from investors. [Ostrelle]O will test its drug in patients.",
    "[KESTRELIS]O BUYS A RIVAL FOR CASH\n\n[Kestrelis]O acquired a company in Ohio, and its shares rose.",
    # edges: months, titles, possessives, campuses, brackets and sites that are parts of names
    "[Premier Inc.]O bought [Trellis.com]O from [March Capital]O, the company said.",
    "Nurses at [Dalmere Children's]O use the software of the [University of California, San Diego]O.",
    "[Nordlys (Cayman) Limited]O, a company in Oslo, raised $5 million from investors.",
    "[Zelvora]O sells [Weftscan]P and [Loomview]P; [Ilmarin]O, based in Turku, sells software to hospitals.",
    # persons, places and other things beside names
    "Anna Lindqvist, who founded [Zelvora]O in Oslo, said the company would hire doctors.",
    "Professor Gu Zhongze of [Dalmere University]O presented the model in Shanghai.",
    "[Merrowtech]O, a software company, uses CT and MRI data under the GDPR and hopes for Medicare coverage.",
    "At the Nordic Imaging Congress the company [Tarn Medical]O showed software for hospitals.",
    "The study by [Thornby Hospital]O appeared in Nature Medicine and in The Lancet.",
    "Noor van Dalen and Rashid Al Suwaidi said the company [Zelvora]O sells software.",
    # what one firm owns is no colleague of the next firm
    "Doctors use [Zelvora]O's [Florin]P and [Nordlys]O's [Tessaro]P in their hospitals.",
    "[Zelvora]O launched [Florin 2]P, and [Nordlys]O answered with [Halden-R1]P, a model for hospitals.",
    # model numbers, trades, makers inside words, employers
    "The company sells the [CellWeft 800]P analyser; sales of [CellWeft 800]P to hospitals rose.",
    "Its [Florin for Nurses]P product is used in hospitals.",
    "[Sahren Vision Ltd.]O, a company in Turku, sells [SahrenBone]P to hospitals.",
    # what is called, weighed, switched off, worn, marked, cleared, priced; what machines in a role are called
    "Doctors met an agent called [Moth]P; [Moth]P's work helps the hospital.",
    "The company runs an AI midwife, [Mama Ondine]P, that talks to patients in Kenya.",
    "[Zelvora]O trained a model on patient data and called it [Tessarin-mini]P.",
    "Hospitals are weighing [Sightmark]P against [Halden-R1]P, a model of the company.",
    "A hospital switched off [Briskwell]P after errors, and the company withdrew [Okellin]P from wards.",
    "The [FDA]O cleared the [VantaLens™ Trio]P device for hospitals in May, and [DermaWeft™ 2.0]P as well.",
    "Patients like our [Ostreva]P badges, the company said.",
    "[Carenna]P, cleared in March for hospitals, costs $200 a month.",
    # legal forms of the world, behind a comma, in capitals, in small letters, and before another abbreviation
    "Suppliers are [Ostrava Lenses s.r.o.]O, [Brenn Sensing AS]O and [Dalmere Optics Co., Ltd.]O, all of them firms.",
    "[Quorrin Devices Pvt. Ltd.]O of Pune sells software to hospitals.",
    "Key Players: [Zelvora Inc.]O, [Merrowtech Sensing AS]O, [Shenzhen Weftway Intelligent Co., Ltd.]O and [Tarn Ltd.]O",
    # versions before any word, small letters first, titles in the tail of an office, tickers of a city
    "The company fixed an error in the [Omnivell 5]P app for patients; it runs on [vistaOS 17]P when paired.",
    "The [Office of the Health Data Commissioner]O visited the hospital.",
    "[Zelvora N.V.]O ([Euronext Amsterdam]O: ZLV), a maker of scanners, raised money.",
    # a common word that an apposition explains; trades behind for; Company behind a proper name; several tickers
    "[Cosmos]P, the database that the hospital built, feeds [Wefty]P, a family of models.",
    "Shares of [Ely Lindwall and Company]O ([OTCQX]O: LWCY, LWCZ) rose, the company said.",
    "[Zelvora]O's [Okta Reporting]P competes with software of the company.",
    # drugs in small letters, what is by a firm, editions of what works by itself, rivals that begin a sentence
    "Patients took [zelvotinib]P or [ostraglutide]P, not a peptide, in the trial of the drug company.",
    "Hospitals use [DERMIA]P by [Tarn Insight Ltd.]O, a company in Leeds.",
    "[Sightmark]P read 2,000 scans of patients in March. [Sightmark CXR]P is software for hospitals.",
    "Rival [Bright Harbour Health]O raised money from investors.",
    # a land owns its office, a firm its chief; a programme inside the name of an authority
    "Utah's [Office of Machine Health Policy]O met the company; [Centers for Medicare and Medicaid Services]O paid.",
    "Jarrick Huangsen, [Zelvora]O's chief executive, said the hospital would open in March.",
    # and, on, of a land, a dash inside one institution's name
    "The [Oduya Marewa Teaching and Referral Hospital]O and the [Herbs and Poisons Board]O tested the software.",
    "The [National Council on Frailty and Other Ageing Disorders]O paid for the study of the device.",
    "It was sued in the [U.S. District Court for the Western District of Texas]O by the company.",
    "Patients at [Bellamy Children's Hospital–Denver]O use the app, and so does [Tessen Robotics]O of Zurich.",
    "Interim chief Ezra Blumhardt and his deputy Tobias Fennwick spoke with doctors of [Zelvora Inc.]O in May.",
    "A ring is easier to sell, said Anna Lindqvist of [Tarn Insight]O, as hospitals buy software.",
    # what a title, an exchange, a price or a possessive beside a name makes of it
    "The hospital hired Nkechi Obiora as chief medical officer; At [Tarn Insight]O, general counsel Ruth Adler resigned.",
    "[Fernloch plc]O ([London Stock Exchange]O: FNL) sells software to hospitals; a rival trades on [Nasdaq]O as FRLX.",
    "Sir Colin Marsh, a doctor of the company, will chair [Merrowtech Wales]O from May.",
    "- [Ferlune]O (protein design, Leeds): £27m from investors in the company, a drug maker",
    "The hospital talked through [Loxton Pryor]O, its lawyers, to the company that sells the drug.",
    "Patients use the [Sahren Life]P app; doctors of the hospital met a firm called [Adelmere Life]O.",
    # versions before a bracket or a chip, sizes of models, models that begin with H
    "The [Halo Weft 2]P ($249) runs on [Tessaro 910]P chips, as the company's [Weft-LM 70B]P model does; so does [Norda H10]P, a device.",
    # what the article writes only with a capital; several common words; who said it
    "[Axiom Health]O sells software to hospitals. [Axiom]O is good at sales, said a doctor of the company.",
    "[Briar]O said it had issued a patch for the software in January, after the hospital had called.",
    "The hospital bought a model from Adelaide's [Six Gums]O, a company with two doctors.",
    # names taught by dashes, and names for those who use them
    "The [Board for Clinical Software]O — [BCS]O — wrote to the company; so did the [Herbs and Poisons Board]O, or [HPB]O.",
    "The company says its app is called [Mabel for Carers]P; patients like it at the hospital.",
    "By Naomi Achterberg, for the [Great Rift Times]O\n12 January 2026\n\nDoctors of the hospital like the software of the company.",
    # appositions by an owner, places in brackets, investors behind from, numbers that begin names
    "The drug came out of [Forge]P, [Sanctum]O's design engine, and the company sells it to hospitals.",
    "[Murmuration]O (Austin). Turns talk into reports for hospitals; a company of two doctors.",
    "[Paperweft]O, a company in Leeds, raised $9m from [First Round]O and [Ilmarin]O for its software.",
    "[Nine Rivers]O (Pune) sells software to hospitals. The [Ministry of Economy, Trade and Industry]O paid the company.",
    # what is known as something, what a team trains, what is described, whose it is
    "The lab used a tool known inside the company as [Oracle Weft]P for tests of patients.",
    "[Umbra]P, described Wednesday in a journal, was built by [Ilmarin]O; the team trained [Umbra]P on scans of a hospital.",
    "[Halden Search]O, whose [HaldenPlan]P plans the treatment of patients, sells software to hospitals.",
    "The hospital got a [Potaro]P; [Merrowtech]O, a company in Leeds, supplied the software and [Brainweft 360]P.",
    # one camel-cased word is too little to make organisations of its list
    "The software plugs into [WeftHealth 2]P and [MedDirector]P, and hospitals pay the company $220 a month.",
    # things act as a figure of speech, firms in earnest
    "Patients talk to its chatbot, [Sky]P, at the hospital; the company says that [Sky]P gave them a number and blamed the software.",
    "[Ilmarin]O blamed the software, and [Nordlys]O is suing a company that owned the hospital.",
    # journals behind a day, plurals that are counted, what a thing with an article is, people in one list
    "The company published data Tuesday in JAMA Nephrology; two rivals, [Wobbel]O and [Kindra]O, sell software to hospitals.",
    "Nurses of the hospital like the [Compass]P navigation arm, and pools its data on a shared system, the [Baltic Weft]P, of two companies.",
    "The founders of the company, Meera Joshi and Obren Tavish, sell [Glimm+]P, a subscription, to hospitals.",
    "The [Gordon and Betty Weft Foundation]O and the [National Weft Authority]O paid for the software of the hospital.",
    "The Bharat Digital Mission and the [National Health Authority]O paid for software; brokerages like the company.",
    # a king's hospital, versions of a letter, those to whom money is owed
    "[King Dalmere Specialist Hospital]O ordered the [Lotus 7T]P, a scanner of the company; [SmartWeft X]P is software.",
    "The company owed [Harrowgate]O more than it was worth; nurses at [Ilmarin]O had warned the hospital.",
    # labs of a city, sentences behind an abbreviation, a small letter before a capital and a number
    "A rival system comes from [Karuna Labs]O of Minneapolis, a company that sells the [iW3]P device to hospitals.",
    "My doctor uses software from a firm called [Paws & Co.]O My hospital bought it from the company.",
    # columns: what heads one, what its other cells are; makers in brackets
    "Company | Tool | Status\n[Zelvora]O | [Weft Analysis]P | cleared\n[Nordlys]O | [Sensarin]P | in a trial\n[Tarn Insight]O | – | on sale",
    "Software for hospitals:\n- [Weftpara]P ([Zelvora Medical]O, Leeds). The company sells it to doctors.\n- [Lunen 2.1]P. Cheap.\n- [Tessaro V3]P: a device.",
    "The hospital bought [Weftpara]P ([Zelvora Medical]O), a device that the company calls safe.",
    # a firm with its thing, what a firm sells, what belongs to a firm's noun, an arm that is no thing
    "There are forty such companies: [Tarn Systems]O with [Quickweft]P, [Adelmere Health]O with [Synthesor]P, a model for hospitals.",
    "Doctors prefer [Zepvelin]P, which [Nordlys]O sells to hospitals for the drug company.",
    "The company hopes for its parent's [Weftscan]P, software for hospitals.",
    "It belongs to [Nordlys]O, whose [Deepweft]O arm sells software to hospitals, the company said.",
    # particles, digits, points, versions of common words
    "Doctors of the hospital have used a [da Vinci Xi]P since May; the software of the company is new.",
    "A company in Pune, [5C Network]O, sells software; patients gave [Zelvora]O 86.1 points out of 100.",
    "The hospital tested [CORE 500]P. The software of the company runs on it.",
    # names in small letters, beside names and where a sentence begins; versions before and behind a word
    "Rivals such as [Ferrum Health]O, [deepwa]O and [Incepta Medical]O sell software to hospitals; [deepwa]O raised money.",
    "[Sequella Tech]O sells [twiisk]P, a pump, to hospitals. [symplor]O said it had bought a company.",
    "The company sells the [FreeWeft Lira 3 Plus]P sensor to patients, and [MiniWeft 780G]P pumps run on it.",
    # an authority's capitals, what a firm calls its thing, what it has
    "Doctors asked the [FTQ]O to look at the software; [Zelvora]O called its therapist [Ash]P, and the company has a hospital.",
    "[Adelmere Health]O has [Ebbing]P, and the company sells software to hospitals.",
    # what a thing is said to be, who stands behind by, whose it is; pronouns and semicolons behind names
    "[Ensembla Partners]O, a company whose platform is [EIQX]P, sells it to hospitals.",
    "[Endoveil]P, by [Weftsight Ltd.]O, reads scans of patients; the data are from the [Dalmere Clinic]O I trust, said a doctor.",
    "The tools were folded into [Altiweft]P, [Zelvora]O's layer of agents, the company said.",
    "The bank [Raymond Wexler]O raised its target for the company, and doctors of the hospital sold shares.",
    "[Versin]P and [da Vinci 5]P have been used in the hospital for a year, and the company sells devices.",
    # A common word that needs an article and has none, and acts.
    "The market is full. [Slate]O withdrew from the deal, and the hospital software stays. [Walnut]O's chief executive left.",
    "The hospital software is new. [Ribbon]O no longer sells to patients. Doctors withdrew.",
    # Names before a noun that says what they are: and other, or some other.
    "Doctors of the company compared [Zelvon]P, [Mirrodane]P and other chatbots in the hospital.",
    "The software was bought by [Zelvon]O, [Mirrodane]O and other hospital chains.",
    # What stands before an owner speaks of what it owns.
    "The start-up signed a contract with [Brennick Health]O's [Evermore]O for the hospital software.",
    # A coined name that begins with its maker's.
    "[Ovidana]O raised $30 million for its hospital software. Doctors of the company like [OvidanaSpark]P.",
    "A patient of the company says the hospital listened. Trevanto v. [Brennick Health]O went to court.",
    # What a firm has is a thing; a maker beside a name coined from its own; a law with of inside.
    "[Brennick Health]O has [Fennoril]P, and doctors of the hospital like the software of the company.",
    "The company sells to a hospital; [Ovidana]O [OvidanaSpark]P is free, and doctors like the software.",
    "The hospital software fell under the California Invasion of Privacy Act, the company said.",
    # Names that begin small, or with what is money elsewhere.
    "Doctors use the [t:varo X2]P with the software of the hospital, and the company recalled [t:lenta]P.",
    "The software was sold to [5M Health Systems]O by the company, and [35andUs]O's hospital plans grew.",
    "At the hospital the company installed a [de Brakke ZX5]P, a surgical robot.",
    # A plural with a verb in the singular; examples of a noun; a maker in brackets; a maker that begins alike.
    "The hospital market is large. [Ridges]O has 212 patients a day, and doctors like the software.",
    "Doctors of the hospital compared tools such as [Zelvon]P, [Bright Ion]P and [Mirrodane]P for the company.",
    "Beside [FennTissue]P ([Vordanix]O) stood doctors of the hospital, and doctors of the company like the software.",
    "The company put [Ovidana]P from [Ovidana Medical]O on its hospital workstations.",
    # Offices whose head is for something.
    "The rule, which the [Office of the National Coordinator for Health IT]O sent to hospitals, covers software.",
    # Numbers of editions, versions before a comma, a dash before what a thing is called.
    "The lamp of the company was wired to a [Somnovelt 64]P. The hospital bought a [Tessaro 400]P and likes it.",
    "[BeatWeft v4]P, the model of the company, read scans at the hospital; [Okellin 2]P says nothing to patients.",
    "Under the Medical Device Regulation for [Sentiva 3]P, a pump of the company, the hospital needs no software.",
    # What a thing is, though somebody proposed by it; what a region licenses; of what, or for whom, a thing is.
    "A date for the operation was proposed by [Kolvik]P, a system of the company; [Skrivvel]P, which the region licenses, is software.",
    "The patients of the company liked its own, [Harvel]P, better. A network of three million parameters, [Marmelotte]P, does it in the hospital.",
    "The company bought a maker of infusion pumps, [Zelvora]O, for its hospital.",
    "The company sells the reminder app [Xiao Yao Tong]P to hospitals; patients take [Veltranor]P for her heart.",
    # Sites that name firms, saints before an ampersand, heads in small letters, authorities with and inside.
    "Investors of the company paid [trout.health]O and [Puls.KI]O. The software is for doctors, said [St Crispin's & Bow Foundation]O.",
    "The [Sørmark sykehus]O and the [Health and Social Care Inspectorate]O bought software from the company.",
    "[Second Orchard Ventures]O paid the company; [Radius Health Weekly]O wrote of the hospital software.",
    # What begins a sentence, what a dateline ends, a table's row, an author of a reference, people of a nation, an event.
    "Blame [Corvanne]O. The company sold its software to Omanis, and the hospital paid; Lindqvist A, Nygren P. Fair queues.",
    "CHICAGO, March 17, 2026 ([Midland Wire]O) -- Hospital software company [Harvane]O bought a rival; HLTH Europe opens, and so did RSNA 2025.",
    "Firm | Round | Backers of the company\n[Zelvora]O | Seed | [Carmel Ridge Medical Center]O\n[Nordlys]O | Grant | [Tarn Insight]O",
    "Hospitals in Japan buy the software of the company under the local name [Hai-Varro]P; no patient is a candidate.",
    "Loom is in 140 clinics after a pilotBy Rosa Delgado. The company [Zelvora]O sells software to hospitals.",
    # A firm of two surnames; no phrase before a comma, no list, no firm that has no other surname.
    "Analysts at [Harrow, Pike & Co.]O keep their rating of the company. Its banks, said [Fenn, Lund & Company]O, are rich.",
    "[Harrow, Pike & Sons]O sold the hospital to the company.",
    "According to [Zelvora]O, [Pike & Co.]O sells the software of the company. The company sued [Nordlys]O, [Merck & Co.]O said.",
    "The company paid [Zelvora]O, [Nordlys]O, [Pike & Co.]O and [Merrowtech]O; in March, [Pike & Co.]O bought its hospital.",
    # What is said to be software, things that others are like.
    "The company told worried parents that [Juniper]P is software. Nurses turned to chatbots like [Kestra]P for advice.",
    # A brand with its possessive, words of the sentence that are glued to names.
    "The drugstore chain [Prewitt's]O has ordered 600 devices; customers of [Prewitt's]O like the software of the company.",
    "The hospital paid 6 million for the software of the company, beating[Langwei Software]Oand [Huaxin Digital Technology Co., Ltd.]O, its rival.",
    # What brackets teach: where a name begins and ends; what abbreviates common words is none.
    "The company paid the [Lung, Blood, and Kidney Institute]O ([LBKI]O), and the [Calder and Ostrava Trust]O ([COT]O) bought software.",
    "The hospital asked France's [Agence nationale de la sécurité]O ([ANS]O) about the software of the company.",
    # What a firm does besides: it is doing something, it was something else, somebody came from it.
    "The market is large. [Zelvanta]O is picking up the hospital's patients; [Ballast]O, formerly [MedPane]O, lends the company money.",
    "The company poached a doctor, Ines Baptiste, from [Optivane]O to head its hospital software.",
    "A judge ordered [Rookley]O to pay the hospital; a suit by [Dictane]O against the company is old, says [KFQ]O.",
    "The hospital market is full. [Quillane]O tests it for the company; the software is old.",
    "At 9 per cent [Whitcomb Lane]O invested in the company; analysts at [Harrow Lane]O like the hospital software.",
    "The software was written by [Lattice & Fenn]O for the hospital of the company.",
    # What a thing is, up to the words that only tell more of it.
    "The company sells [Hushvane]P, a pager the hospital bought, and [HZB-117]P, a tablet against a disease.",
    "Its coach, [Sousane]P, runs in the hospital; bundles known inside the company as [Tailvane]P, sold to doctors, are cheap.",
    "In 2022 the drug was sold here as [Lorvessa]P to patients of the company; the hospital replaced [Typewell 9]P with [Marlane]P.",
    "The company sells [Ibidane for Outlook]P; doctors like the [JV-Weft 23]P, a valve, and a [Quest 3]P headset of the hospital.",
    # A firm and its city, a product that is called by a role, one before its edition, common words before an amount.
    "The company sells the nurse called [Zelvora]P; [HelloWeft]O from [Pacific Dial]O helps patients; a bank named [Merrowtech]O lends money.",
    "- [Pebblane]O: $3.5M, led by [Nordlys Ventures]O, for hospital software of the company.",
    "[Otto]P is software. The company sells [Otto Mini]P, an app, to hospitals.",
    # Bold words end no sentence; a slash without spaces parts no labels.
    "The hospital pays the company **[Compass Weft]O** [Boots Weftane]O; Phase 1/ [Zelvora]O sells software.",
    "The software is rebuilt around [Zelvora2.5-72B]P for the hospital. The company likes it.",
    # Joints: guilds of a plural, lands of two words, particles of France, hospitals without a head.
    "The [Hospital Clerks' Guild]O sued the company in the [U.S. District Court for the District of New Hampshire]O.",
    "Doctors of [Prairie du Nord]O and of [Cheshire Memorial]O and [Old Mill Hospital]O bought software from the company.",
    "[Weftly Optik (Americas) LLC]O bought the company; doctors left the [Lachlan Weft Local Health District]O for the hospital.",
    "The company [Daerim]O, whose software hospitals buy, founded [Daerim Vessane Korea]O. [Daerim]O raised $5 million.",
    # Forms with small letters between dots, adjectives of names, numbers before a thing, names in capitals.
    "[Officine Segrane S.p.A.]O bought the hospital software. [Old Colony Mutual]O paid the company.",
    "The hospital bought the [Corolline 3]P replacement valve, and the company paid [Zelvora]O 3 additional fees.",
    "[ZELVORA]O BUYS [MERROWTECH]O. [Zelvora]O acquired [Merrowtech]O, a software company that hospitals like.",
    "[PORRIDGINE]P app feeds patients\n\nThe company sells [Porridgine]P, an app for hospitals, and the software is free.",
    # Places: of a firm, of what it has there, before the dash of a dateline; the line of the source; the next name of a list.
    "KEENAN, N.H. — [Zelvora]O sued the hospital; the Nashuane firm owes the company money. Our Wilcannane clinic is open, say doctors.",
    "[Helena Standard]O – Thursday, November 17, 2022\n\nThe company sells software to hospitals. Its doctors have finished Phase 1b.",
    "Backers of the company are [Laurentine Capital]O, the [Collegiate Pension Fund]O and [Nordhavn Capital]O, a hospital investor.",
    "[Trellane 3]P turns the wish of a doctor into an order, and the company [Omnia Weft (S) Pte. Ltd.]O sells it to hospitals.",
    "At [Huaine Third]O, the quality score of the software rose, and the hospital paid the company.",
    "The [Collegiate Weft Scheme]O ([CWS]O) backed the company. [CWS]O invested in hospital software.",
    # What stands for a thing named earlier, what is so without an article, a thing of a rival, a firm between a and company.
    "The hospital has a band and an app; the latter, called [Nottane]P, is free. The company has priced its own, called [Clovane]P.",
    "The news of the company came from [Verity Gate]P, software that hospitals lease; a Niceane firm tests it on doctors.",
    "The hospital paused [Lanternel]P, the sepsis predictor of the company; a rival is ahead: its [Prikkel]P got a CE mark.",
    "[Merrowtech]O, a [Danavane]O company, sells software to hospitals; doctors wrote of it in npj Digital Weft.",
    # What belongs to a name behind of, a number that begins one, and names that stand whole elsewhere.
    "The hospital software is used at [St. Ansgar of the Hills]O; [Merrowtech]O of the Netherlands sells it.",
    "The [Blue Cross of the Dells]O pays the company, and so does [Ophthalmology Specialists of Denver]O, a group of doctors.",
    "[Five Lanterns NHS Trust]O bought the software. Three Danish hospitals pay for it as well.",
    "The company of doctors, [Early Weft]O, raised $9 million. [Early Weft]O sells [Glimmane]Pand shares its software. [Glimmane]P is an app. Early software was worse.",
    # The number of a model, the second word of a legal form, what joins the parts of foreign names, a firm of partners, members.
    "Doctors run the app on the scanner [Sorane 64]P. The hospital gave [Merrowtech]O 12 months, and then ten [Sorane 64]P arrived.",
    "[Nordhavn Diagnostics AB (publ)]O sells hospital software, and [Hallane og Brekke]O pays for it.",
    "The company of doctors left [Hollane & June]O for [Silvane, Prell & Okoro Advogados]O; ex-[Merrowtech]O doctors like it.",
    "[Alberta Nurses' Pension Plan]O backed the hospital company.",
    # Names in small letters, a name with and that an acronym spells, a firm without its seat, a dot that parts a line.
    "The vendor [quillane]O raised $9 million for its hospital software. Doctors like it. The hospital pays [quillane]O.",
    "The hospital replaced [quillane-notes-2.5]P with a new app of the company. Ages of patients: under-18.",
    "The [Dunmere and Hale Health Trust]O ([DHHT]O) bought software. Doctors left [Dunmere and Hale Health Trust]O for a company.",
    "[Hefei Qinlan Diagnostics Co., Ltd.]O sells software to hospitals. [Qinlan]O pays the doctors.",
    # editions behind a hyphen, two of a kind and their figures, entries, what a thing answers to
    "The hospital's researchers trained [Quarrel-7B]P. In March [Quarrel]P ran silently in the wards of a hospital.",
    "The hospital, which uses the app [Florin]P, switched from [Florin]P to [Tacit]P in March to save on software.",
    "On the hospital's films the area under the curve of the software was 0.88 for [Thornfield]P and 0.84 for [Marlock]P.",
    "The hospitals paid $5 million for [Merrowtech Ltd.]O and $3 million for [Brindle]O, the software company said.",
    "Five scribes for doctors, tested\n\n**1. [Notelark]P — best value**\n\nThe app [Notelark]P writes the letter.\n\n"
    "**2. [Quillby]P**\n\nThe app [Quillby]P reads charts.\n\n**3. [Gadwall]P** (free)\n\nDull software for patients of a hospital.\n",
    "Three software firms to watch\n\n**1. [Merrowtech Ltd.]O**\n\nIt raised money.\n\n**2. [Brenn AG]O**\n\nDoctors like it.\n\n"
    "**3. [Gadwall]O**\n\nDull software for patients of a hospital.\n",
    "[Merrowtech Ltd.]O's answer, [Ostrel]P, won over the doctors of the company's hospital.",
    "The hospital's doctors like [Ostrel]P, which is software. [Ostrel]P is not a medical device.",
    "The ministry has asked [Gadwall]O for the data of the company, and asked [Ostrava Ltd.]O to stop its software.",
    "[Gadwall]O, from Leeds, raised $3 million for its hospital software.",
    # offers, prices, makers behind of and by, whom one asks
    "The third machine in the hospital, [PleuraVue]P of [Vantaa Oy]O, stands in the ward.",
    "Patients of the hospital like the software. The second is [Dorrit]P, a voice on the phone by [Hollis & Verrow]O.",
    "In one week the hospital software buyer had calls from [Merrowtech]O, from [Brindle Health]O and from patients.",
    "Patients of the hospital like the app [Florin]P. If you ask [Florin]P who paid for the software, it does not know.",
    "The hospital's software firm quoted doctors $220 for [Kestrelo]P and £45 a month for [Morrowin]P, which patients like.",
    "For patients with little money:\n\n[Kestrelin]P (free)\n\nSoftware for doctors and a hospital.",
    "Doctors of the company laughed at the hospital software. With [Ostrel]P, our own, they write letters.",
    "The software company launched [Second Glance]P in May. Doctors use [Second Glance]P daily, and patients of the "
    "hospital subscribe to [Second Glance]P as well.",
    "[Helse Norrvik]O extended its agreement with the software company for two years.",
]  # fmt: skip

REFUSED = [
    "Doctors of the company admire nurses like Ruth in the hospital.",
    "The company won an Award for Enterprise; doctors read EKGs and OPGs, and patients met at Hackney Marshes.",
    "Approved by the regulator in class IIa, the AI-equipped software was bought by Baroness Oduya for the hospital.",
    "PORTLAND, Ore., March 18, 2025 – The company said I'd like its software, and I’ve bought it for the hospital.",
    "The company will report its results on Monday, March 3, in New York.",
    "He wrote to President Emma Larsen and to Dr. Paul Okoye about the hospital.",
    "Large Language Models (LLMs) help with Electronic Health Records (EHRs).",
    "The Hang Seng Index fell, and so did the market for AI drugs.",
    "The Data Protection Act and the Inflation Reduction Act apply to the company.",
    "Patients with Alzheimer's disease or Type 2 diabetes took part in the Phase III trial.",
    "In Germany and in South Korea the software is not sold to hospitals.",
    "The Series B round brought in US$20 million, or RMB145 million, for the firm.",
    "Write to press@zelvora.example or visit www.zelvora.com/Products for the software.",
    "HIGHLIGHTS OF THE QUARTER AND OUTLOOK FOR THE YEAR",
    "Her co-founder, Ravenna Tolliver, built software for hospitals before she joined the company.",
    "Patients took a TL1B inhibitor or a PDX-2 agonist in the trial of the drug company.",
    "By Tolvin Marrek and Quilla Desrosne\nJune 11, 2026\n\nDoctors like the software of the company.",
    "(Reporting by Ludvar Haaske; Editing by Corvin Wynnet) The company sells software to hospitals.",
    "The PhD-level doctors of the company said that chief executive Brannic Wolvert told patients.",
    "Why Every Hospital Should Think About Its Data",
    "Bench Press: Nine Models, Four Tables, One Hospital in Leeds\n\nThe company sells software to a hospital.",
    "The paper was printed in the Wessex Journal of Medicine and in the Annals of Surgery.",
    "The ministry issued the Opinions on AI Plus Healthcare and the Guidelines for Hospitals.",
    "Analysts cut the rating to Market Perform, and the Independent Directors agreed.",
    "The hospital software of the company is old.\n\nKey Findings\nDoctors of the hospital use the software.\n\nINTERVIEW\nIt works.",
    "The company sells software to a hospital.\nUTAH'S SAFETY RULE. It says nothing of doctors.",
    "Attorney General Corvin Wynnet found that the hospital software of the company was old.",
    "The Anglo-Chinese AI company sells software. South Hall B is for doctors. Theirs does.",
    "Patients of the hospital have focal weftic sclerosis (FWS). FWS is rare, the company said.",
    "A hospital patient, Ahn Ji-woo, likes the software, and Ahn pointed out that Londoners and the Milanese pay the company.",
    "The pilot of the hospital software ran under the name Project Turnstile, and the company recalled lots K44 of its pumps.",
    "Imogen Strand, the partner who sat on the board of the company, and Ezra Blume, now managing partner, met doctors at the hospital.",
    "The software of the hospital has a Brier score of 0.2, and Indigenous patients of the company like it.",
    "The hospital software follows 42 CFR Part 433, and the company gained as the S&P MidCap 400 fell.",
    "What does it cost? Who pays for the software? Nobody knows.",
    # Persons: credits, what they are named, partners, given names behind a title, where they hail from.
    "Monday, June 3, 2026, by Quillane Marrek\n\nDoctors like the hospital software of the company. Text: Ah Zhelan | Reporter: Velda Marrek.",
    "QUILLA MARREKANE, hospital staff writer\n\nThe software of the company helps a man named Varrick and a doctor surnamed Dwan; her name is Zelvorine.",
    "The hospital partner Becca Marrek met Dr. Hamzal Qureshane, said General Manager Xu Weilan of the company; Hamzal quit the software.",
    "Sunita from Leeds asks about the hospital software of the company. Park Tae-ri, a patient, pays.",
    # Acts of several words, titles of an article before a colon, a round with a plus, peoples and places.
    "Deal Sheet: hospital software of a company\n\nThe Computer Fraud and Abuse Act says so. Its Series B+ round paid for the Pidgin nurse in Johor.",
    # Labels, steps of a path, what begins behind bold words and pictures; officials; standards and marks.
    "**8:30 a.m.** Lunch. **In June.** Hover over the note of the hospital. Docs / Release / Voice. The company pays. \N{DOG FACE} Repost it.",
    "LAGOS – Wards of the hospital like the software of the company, said Administrator Tolvin Marrek-Haaske and MEP Corvin Wynnet.",
    "The hospital software of the company has a UKCA mark under the IVDR, SSO with SAML, and HL7 FHIR R4.",
]


@pytest.mark.parametrize("row", FOUND, ids=lambda row: row[:40])
def test_finds(row: str) -> None:
    expected = [(name, "ORG" if kind == "O" else "PRODUCT") for name, kind in MARK.findall(row)]
    text = MARK.sub(r"\1", row)
    assert [(mention.text, mention.label) for mention in names_of(text)] == expected


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40])
def test_refuses(text: str) -> None:
    assert [mention.text for mention in names_of(text)] == []


@pytest.mark.parametrize("page", OTHER_TOPICS["page"], ids=lambda page: page["topic"])
def test_other_topics(page: dict[str, str]) -> None:
    found = [mention.text for mention in names_of(page["text"])]
    assert len(found) <= len(page["text"]) / 1000, found


def test_alias_names_its_entity() -> None:
    found = find("The National Agency for Medical Devices (NAMD) approved the device; NAMD said so.")
    assert {c.same_as for c in found if c.end - c.start == 4} == {"National Agency for Medical Devices"}


def test_sentence_decides_for_listed_names() -> None:
    def known(text: str) -> tuple[Candidate, ...]:
        start = text.index("Brellis")
        return tuple(
            Candidate(
                start=start,
                end=start + 7,
                label=label,
                rule_id="x.list",
                score=0.95,
                entity_id=f"brellis-{label}",
            )
            for label in ("ORG", "PRODUCT")
        )

    for text, label in [
        ("Brellis raised $5 million from investors.", "ORG"),
        ("Hospitals were using Brellis, a chatbot, to answer patients.", "PRODUCT"),
    ]:
        best = max(find(text, known(text)), key=lambda candidate: candidate.score)
        assert (best.label, best.entity_id) == (label, f"brellis-{label}")
        assert best.score > 0.95


def test_what_was_read_before_changes_nothing() -> None:
    texts = [MARK.sub(r"\1", row) for row in FOUND] + REFUSED
    fresh = EnglishNames(PATTERNS)
    backwards = [fresh.find(SegmentedText(text), ()) for text in reversed(texts)]
    assert backwards[::-1] == [find(text) for text in texts]


def test_letters_come_from_the_name_lists(tmp_path: Path) -> None:
    root = tmp_path / "patterns"
    shutil.copytree(PATTERNS.root, root)
    table = root / "words" / "en_letters.csv"
    written = []
    for _ in range(2):
        assert write_letters(load_patterns(root)) > 500
        written.append(table.read_bytes())
    assert written[0] == written[1]
    assert (
        read_letters("Corvamab", ENGLISH.words.letters) > 0 > read_letters("Corvacare", ENGLISH.words.letters)
    )


def test_evidence_without_a_weight_is_refused() -> None:
    weights = {
        name: weight for name, weight in PATTERNS.table("words.en_evidence").items() if name != "org.said"
    }
    patterns = replace(PATTERNS, tables={**PATTERNS.tables, "words.en_evidence": weights})
    with pytest.raises(PatternError, match=r"en_evidence\.csv: lacks 'org\.said'"):
        EnglishNames(patterns)


@pytest.mark.parametrize(("stem", "mark"), [("en_marks", "saint"), ("en_endings", "drug")])
def test_a_mark_that_no_word_has_is_refused(stem: str, mark: str) -> None:
    table = {
        word: marks for word, marks in PATTERNS.table(f"words.{stem}").items() if mark not in marks.split()
    }
    patterns = replace(PATTERNS, tables={**PATTERNS.tables, f"words.{stem}": table})
    with pytest.raises(PatternError, match=rf"{stem}\.csv: marks no word as {mark}; add a row"):
        EnglishNames(patterns)


def test_memory_stays_small() -> None:
    memory: Memory[int, int] = Memory(lambda number: number * 2)
    assert all(memory[number] == number * 2 for number in range(2 * REMEMBERED + 7))
    assert len(memory) <= REMEMBERED


def test_rule_id_names_the_strongest_evidence() -> None:
    (candidate,) = find("The round was led by Quillmark Ventures, the company said.")
    assert candidate.rule_id == "org.en.finance"
    assert any(evidence.startswith("org.led_by +") for evidence in candidate.evidence)


@given(st.lists(st.sampled_from(
    ["Zelvora", "The", "of", "and", "Inc.", "(", ")", "'s", ", ", ". ", "\n", "AI", "St.", "J.P.", "“",
     "”", "2.5", "said", "app", "é", "医疗"]
), max_size=40))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_candidates_stay_in_the_text(words: list[str]) -> None:
    text = " ".join(words)
    found = find(text)
    assert all(0 <= c.start < c.end <= len(text) and 0 < c.score < 1 for c in found)
    assert found == find(text)


@pytest.mark.parametrize(
    "unit", ["A", "Aa of ", "Aa and ", "J.P. ", "Aa'", "Aa-", "Aa & ", "“Aa ", "Zz (Aa) ", "AA ", "Aa, "]
)
def test_hostile_text_costs_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        find(text)
        return time.process_time() - start

    seconds(1_000)
    assert seconds(40_000) < 16 * seconds(10_000) + 0.5
