"""Whole visits to a business, in each language of the product: from the greeting to the goodbye, with two follow-ups
and a holiday. Of each: language, platform, name, skills, a price list, questions and answers, a closed day, and the
turns: what is said, and what the reply must hold.
"""

import os

VISITS = (
	(
		"en",
		"whatsapp",
		"Lamp Shop",
		[
			("Opening", ["when are you open"], "Mon-Fri 9 to 18."),
			("Delivery", ["do you deliver"], "Yes, we deliver within 20 km for 9 euro."),
		],
		"Lamp | Price | Weight\nDesk lamp | 35 € | 2 kg\nFloor lamp | 80 € | 6 kg\n",
		"Q: May I bring my dog?\nA: Yes, on a lead.\n",
		"2026-12-25 Christmas",
		[
			("hi", "Lamp Shop"),
			("how much is the floor lamp", "80 €"),
			("and the desk lamp?", "35 €"),
			("do you deliver?", "20 km"),
			("are you open on 25 December", "closed on Friday, 25 December (Christmas)"),
			("and on the 24th?", "24 December"),
			("can i bring my dog", "on a lead"),
			("thanks, bye", None),
		],
	),
	(
		"es",
		"telegram",
		"Luz del Sur",
		[
			("Horario", ["cuándo abrís"], "De lunes a viernes, de 9 a 18."),
			("Envíos", ["hacéis envíos"], "Sí, llevamos a 20 km por 9 euros."),
		],
		"Lámpara | Precio | Peso\nFlexo | 35 € | 2 kg\nLámpara de pie | 80 € | 6 kg\n",
		"P: ¿Puedo entrar con mi perro?\nR: Sí, con correa.\n",
		"2026-12-25 Navidad",
		[
			("/start", "Luz del Sur"),
			("hola", None),
			("cuánto cuesta la lámpara de pie", "80 €"),
			("y el flexo?", "35 €"),
			("hacéis envíos?", "20 km"),
			("abrís el 25 de diciembre", "25 de diciembre estamos cerrados (Navidad)"),
			("y el 24?", "24 de diciembre"),
			("puedo entrar con el perro", "con correa"),
			("gracias, adiós", None),
		],
	),
	(
		"tr",
		"whatsapp",
		"Işık Evi",
		[
			("Saatler", ["kaçta açıksınız"], "Hafta içi 9-18."),
			("Teslimat", ["eve teslim var mı"], "Evet, 20 km içinde 90 TL."),
		],
		"Lamba | Fiyat | Ağırlık\nMasa lambası | 350 TL | 2 kg\nAyaklı lamba | 800 TL | 6 kg\n",
		"S: Köpeğimle gelebilir miyim?\nC: Evet, tasmayla.\n",
		"2026-12-31 Yılbaşı",
		[
			("merhaba", "Işık Evi"),
			("ayaklı lamba ne kadar", "800 TL"),
			("peki masa lambası?", "350 TL"),
			("eve teslim var mı?", "20 km"),
			("31 aralıkta açık mısınız", "31 Aralık Perşembe günü kapalıyız (Yılbaşı)"),
			("30 aralık?", "30 Aralık"),
			("köpeğimle gelebilir miyim", "tasmayla"),
			("teşekkürler, hoşça kalın", None),
		],
	),
)


def business(stack, language, name, skills, prices, faq, closed):
	"""The organization of a visit, as it is set up from what is said above."""
	org = stack.organisation(name, language=language)
	stack.skills(org, [{"title": t, "triggers": triggers, "response": r} for t, triggers, r in skills])
	for setting, value in (
		("working_hours", "mon-fri 09:00-18:00"),
		("time_zone", "Europe/Berlin"),
		("closures", closed),
	):
		stack.ctl("setting", "set", "--org", org, setting, input=value)
	for file, text in (("list_v2-final.csv", prices.replace(" | ", ";")), ("faq (3).txt", faq)):
		path = os.path.join(stack.folder, file)
		with open(path, "w", encoding="utf-8") as f:
			f.write(text)
		stack.ctl("knowledge", "import", "--org", org, path)
	return org
