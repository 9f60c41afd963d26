/*
 * id.c - Indonesian, as language.h says. Data.
 */
#include "answer/understanding/language.h"

/* clang-format off */
#define PATTERNS (const char *const[])

const struct language language_id = {
	.tag = "id",
	.letters = "",
	.short_forms = "brp berapa|brapa berapa|brpa berapa|jm jam|dmn di mana|dmana di mana|yg yang|bs bisa"
			"|bsa bisa|gk tidak|ga tidak|gak tidak|nggak tidak|udh sudah|sdh sudah|blm belum|sy saya"
			"|dgn dengan|utk untuk|hr hari|bsk besok|skrg sekarang|hrg harga|hrga harga|tlg tolong"
			"|kpn kapan|tdk tidak|jg juga|klo kalau|kl kalau|dr dari|gmn bagaimana|gmna bagaimana",
	.function_words =
		"yang dan di ke dari untuk dengan pada dalam atau tapi tetapi jika kalau karena agar supaya ini itu "
			"saya aku kami kita anda kamu kalian dia mereka nya adalah ada tidak tak bukan belum sudah "
			"udah akan bisa dapat boleh harus mau ingin "
		"perlu butuh apa apakah siapa kapan dimana mana kemana bagaimana gimana berapa kenapa mengapa juga "
			"lagi saja aja hanya sangat sekali lebih paling sama seperti oleh antara sampai sejak "
			"tentang tolong mohon silakan ya iya ok oke terima kasih "
		"makasih halo hai selamat pagi siang sore malam pak bu kak mas mbak min admin gan tanya pertanyaan "
			"info informasi tau tahu bilang kasih ambil pakai punya jadi buat bagi para semua setiap "
			"lain masih dong sih kah deh nih kok pun "
			"kemarin yg dgn utk tdk gak ga nggak sdh blm bs "
			"tepatnya persis",
	.acts = {
		.greeting = PATTERNS{ "halo|hallo|hai|hi|hey|hei|permisi|assalamualaikum|assalamu ?kak|min|admin|"
			"gan|pak|bu|alaikum", "selamat pagi|siang|sore|malam|datang",
			"pagi|siang|sore|malam ?kak|min|pak|bu $", "apa kabar", "start", NULL },
		.thanks = PATTERNS{ "terima|trima|makasih|mksh|thanks|thx|tengkyu|terimakasih|tks ?kasih ?banyak|ya|"
			"kak|atas|min ?banyak|bantuannya|infonya", "ok|oke makasih|terimakasih", NULL },
		.farewell = PATTERNS{ "sampai jumpa|nanti|besok|ketemu ?lagi|besok", "dadah|bye|dah",
			"selamat tinggal|malam", NULL },
		.agreement = PATTERNS{ "ok|oke|okay|okey|baik|baiklah|siap|sip|mantap|bagus|iya|ya|tidak|paham|"
			"mengerti|noted|setuju|keren|sempurna|betul ?kak|min|pak|bu|deh", "tidak apa|masalah ?apa",
			"sudah jelas|paham", NULL },
		.identity = PATTERNS{ "kamu|anda ?ini ?adalah ?seorang ~robot|bot|mesin|manusia|orang|ai|otomatis ?asli|"
				"beneran",
			"ini ?adalah ?seorang ~robot|bot|ai",
			"apa|apakah ini ?seorang manusia|orang|mesin ?asli|beneran $",
			"apa|apakah ini ?balasan|pesan otomatis $",
			"saya ?sedang berbicara|bicara|chat ?dengan robot|bot|manusia|orang|mesin|siapa",
			"siapa ini|kamu|anda",
			"siapa kamu ini",
			"robot|bot atau manusia|orang", NULL },
		.complaint = PATTERNS{ "kecewa|mengecewakan|penipu|penipuan|memalukan|keterlaluan|komplain|"
			"mengeluh|keluhan", "parah|buruk|kacau|payah sekali|banget",
			"tidak puas|memuaskan|terima", "kembalikan|balikin|minta ?uang uang|kembali|refund "
			"?saya|kembali", "uang saya kembali", "tidak ada yang jawab|balas|respon",
			"sudah|udah ?lama menunggu|nunggu _2 jam|minggu|hari|lama",
			"masih|tetap tidak|belum|rusak ?juga _1 berfungsi|datang|sampai|jadi", "rusak lagi",
			"pelayanan ?yang|sangat buruk|jelek|parah", "marah|kesal ?sekali", NULL },
		.callback = PATTERNS{ "telepon|telpon|hubungi|telp|kontak ?balik saya|kami|aku|balik",
			"bisa|bisakah|tolong ?anda|kalian|ada ?yang telepon|telpon|hubungi|menelepon|menghubungi|"
			"ditelepon|dihubungi ?saya|kami", NULL },
		.emergency = PATTERNS{ "^ darurat", "ini|keadaan|kondisi darurat", "ambulans",
			"makan|minum|telan|tertelan racun|pemutih|baterai|deterjen", "keracunan",
			"asap di|keluar", "tidak bisa|dapat bernapas|napas", "pingsan", "serangan jantung",
			"pendarahan", "bau|bocor gas", "kebakaran", NULL },
	},
	.asking = (const struct ask_phrase[]){ {
		"berapa|brp|brapa ?harga|harganya|biaya|biayanya|tarif|tarifnya|ongkos|duit", CONCEPT_PRICE }, {
		"berapa|brp lama|jam|hari|menit", CONCEPT_DURATION }, {
		"jam|hari|tanggal|sampai berapa|apa|jam ?berapa", CONCEPT_WHEN }, { "kapan", CONCEPT_WHEN }, {
		"dimana|di|kemana mana", CONCEPT_WHERE }, { "dimana|kemana", CONCEPT_WHERE }, { "berapa",
		CONCEPT_PRICE }, { "siapa", CONCEPT_WHO }, { "apakah|bagaimana|gimana|kenapa", CONCEPT_NONE }, {
		"^ bisa|ada|boleh|apa", CONCEPT_NONE },
		{ "uang kembali", CONCEPT_REFUND }, { "berbayar", CONCEPT_PRICE },
		{ "paling murah", CONCEPT_CHEAPEST }, { "termurah", CONCEPT_CHEAPEST }, { NULL, CONCEPT_NONE } },
	.follow_up = PATTERNS{ "^ dan|atau|kalau|terus|trus|lalu|tapi", "^ bagaimana|gimana ?dengan|kalau",
		"^ yang|untuk", "^ berapa|kapan|dimana ?harganya|lama|itu $", "itu|ini $", NULL },
	.requests = "kirim|kirimkan|tulis|tuliskan|beri|sebutkan|beritahu",
	.yes = "ya|iya|betul|benar",
	.concepts = {
		[CONCEPT_READY] = "siap|selesai|jadi",
		[CONCEPT_TOTAL] = "total|semua|jumlah|totalnya",
		[CONCEPT_PRICE] = "harga*|biaya*|tarif*|ongkos*|mahal|murah|rupiah|rp|bayaran",
		[CONCEPT_FREE] = "gratis|cuma|termasuk",
		[CONCEPT_DISCOUNT] = "diskon*|promo*|potongan",
		[CONCEPT_DEPOSIT] = "deposit*|dp|uang",
		[CONCEPT_PAY] = "bayar*|pembayaran|membayar",
		[CONCEPT_CARD] = "kartu|kredit|debit|qris",
		[CONCEPT_CASH] = "tunai|cash",
		[CONCEPT_INSTALMENT] = "cicil*|angsur*",
		[CONCEPT_INVOICE] = "faktur|nota|kuitansi",
		[CONCEPT_REFUND] = "refund|pengembalian",
		[CONCEPT_VOUCHER] = "voucher|kupon",
		[CONCEPT_OPEN] = "buka|dibuka|bukanya",
		[CONCEPT_CLOSED] = "tutup|libur|tutupnya",
		[CONCEPT_HOURS] = "jadwal|operasional",
		[CONCEPT_WHERE] = "alamat*|lokasi*|letak*",
		[CONCEPT_DURATION] = "lama|lamanya|durasi",
		[CONCEPT_PARKING] = "parkir*",
		[CONCEPT_TRANSPORT] = "bus|bis|kereta|stasiun|bandara|taksi|ojek",
		[CONCEPT_BOOK] = "booking|pesan|reservasi|janji|daftar",
		[CONCEPT_CANCEL] = "batal*|membatalkan",
		[CONCEPT_RESCHEDULE] = "ganti|ubah|jadwalkan|undur",
		[CONCEPT_ORDER] = "pesanan|order|memesan",
		[CONCEPT_DELIVER] = "kirim*|antar|pengiriman|ongkir|diantar",
		[CONCEPT_COLLECT] = "ambil|diambil",
		[CONCEPT_WAIT] = "tunggu|antri*",
		[CONCEPT_CHILD] = "anak*",
		[CONCEPT_BABY] = "bayi*",
		[CONCEPT_PET] = "anjing|kucing|hewan|peliharaan",
		[CONCEPT_PERSON] = "orang|dewasa|tamu",
		[CONCEPT_GROUP] = "grup|rombongan",
		[CONCEPT_STUDENT] = "mahasiswa|pelajar|siswa",
		[CONCEPT_MAN] = "pria|laki",
		[CONCEPT_WOMAN] = "wanita|perempuan",
		[CONCEPT_DAY] = "hari|harian",
		[CONCEPT_WEEK] = "minggu|mingguan|seminggu",
		[CONCEPT_MONTH] = "bulan*|sebulan",
		[CONCEPT_YEAR] = "tahun*",
		[CONCEPT_HOUR] = "jam",
		[CONCEPT_MINUTE] = "menit",
		[CONCEPT_NIGHT] = "malam",
		[CONCEPT_MORNING] = "pagi",
		[CONCEPT_EVENING] = "sore",
		[CONCEPT_WIFI] = "wifi|internet|wi|fi",
		[CONCEPT_LIFT] = "lift",
		[CONCEPT_TOILET] = "toilet|kamar|wc",
		[CONCEPT_EAT] = "makan*",
		[CONCEPT_DRINK] = "minum*",
		[CONCEPT_COFFEE] = "kopi",
		[CONCEPT_WATER] = "air",
		[CONCEPT_BREAKFAST] = "sarapan",
		[CONCEPT_MENU] = "menu",
		[CONCEPT_VEGAN] = "vegan|vegetarian",
		[CONCEPT_ALLERGY] = "alergi",
		[CONCEPT_LACTOSE] = "susu|laktosa",
		[CONCEPT_REPAIR] = "perbaik*|servis|reparasi",
		[CONCEPT_WARRANTY] = "garansi",
		[CONCEPT_RETURN] = "retur|tukar",
		[CONCEPT_SIZE] = "ukuran",
		[CONCEPT_COLOUR] = "warna",
		[CONCEPT_SMALL] = "kecil",
		[CONCEPT_MEDIUM] = "sedang",
		[CONCEPT_LARGE] = "besar",
		[CONCEPT_NEW] = "baru",
		[CONCEPT_USED] = "bekas",
		[CONCEPT_RENT] = "sewa*|menyewa|rental",
		[CONCEPT_BUY] = "beli|jual|membeli",
		[CONCEPT_PHONE] = "telepon|nomor|hp",
		[CONCEPT_EMAIL] = "email",
		[CONCEPT_WEBSITE] = "situs|online|aplikasi",
		[CONCEPT_JOB] = "lowongan|kerja|pekerjaan|lamaran",
		[CONCEPT_COURSE] = "kursus|kelas|les",
		[CONCEPT_BEGINNER] = "pemula",
		[CONCEPT_AGE] = "umur|usia",
		[CONCEPT_INSURANCE] = "asuransi",
		[CONCEPT_DOCUMENT] = "dokumen|ktp|paspor",
		[CONCEPT_LANGUAGE] = "bahasa|inggris",
		[CONCEPT_CAR] = "mobil",
		[CONCEPT_BIRTHDAY] = "ulang",
		[CONCEPT_WEDDING] = "pernikahan|nikah",
		[CONCEPT_GIFT] = "hadiah|kado",
		[CONCEPT_PREGNANT] = "hamil",
		[CONCEPT_SMOKE] = "rokok|merokok",
	},
	.numbers = { "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh",
		"sebelas", "duabelas" },
	.clock = {
		.weekdays = { "senin", "selasa", "rabu", "kamis", "jumat|jum", "sabtu", "minggu|ahad" },
		.months = { "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september",
			"oktober", "november", "desember" },
		.today = "hari ini|sekarang",
		.tomorrow = "besok|esok",
		.day_after = "lusa",
		.now = "sekarang|saat",
		.weekend = "akhir pekan",
		.open = PATTERNS{ "buka|tutup|dibuka|bukanya|tutupnya|libur|jadwal|operasional", "ada orang", NULL },
		.come = PATTERNS{ "bisa|boleh|kalau ?saya ?aku datang|mampir|kesana", NULL },
		.at = "jam|pukul",
		.hour = "",
		.am = "pagi",
		.pm = "siang|sore|malam",
		.holidays = { "tahun baru", NULL, "hari buruh", NULL, NULL, "malam natal", "natal", NULL,
			"malam tahun ?baru", "jumat agung", "paskah", NULL, NULL, NULL },
	},
	.texts = {
		.greeting = "Halo! Terima kasih sudah menghubungi {business}. Apa yang bisa kami bantu?",
		.kind = "Sama-sama! Silakan tulis jika ada yang lain.",
		.identity = "Saya asisten otomatis (bot) dari {business}. Jika Anda ingin berbicara dengan orang, "
			"tulis “operator” dan rekan kami akan menjawab di sini.",
		.disclosure = "Ini balasan otomatis. Untuk berbicara dengan orang, tulis “operator”.",
		.automatic = "Ini balasan otomatis.",
		.fallback = "Maaf, saya belum punya jawaban untuk ini. Rekan kami di {business} dengan senang hati "
			"membantu: tulis “operator” dan kami akan membalas di sini.",
		.topics = "Saya juga bisa memberi info tentang:",
		.handover = "Rekan kami akan mengambil alih dan menjawab Anda di sini secepatnya.",
		.away = "Saat ini kami sedang tidak di tempat. Anda akan mendapat jawaban saat kami kembali.",
		.sorry = "Kami mohon maaf.",
		.detail = "Terima kasih. Ini tentang apa? Tulis singkat apa yang bisa kami bantu, atau tulis "
			"“operator” dan rekan kami akan menjawab.",
		.noted = "Terima kasih, sudah kami catat. Rekan kami akan menjawab di sini.",
		.unclear = "Apa yang bisa kami bantu? Tulis pertanyaan Anda dengan singkat, atau tulis "
			"“operator” "
			"dan rekan kami akan menjawab.",
		.did_you_mean = "Saya belum punya jawaban yang pasti. Apakah maksud Anda:",
		.or_person = "Jawab dengan nomornya, atau tulis “operator” dan rekan kami akan menjawab.",
		.total = "Total: {sum}",
		.person_button = "Bicara dengan orang",
		.as_written = "Informasi ini hanya ada dalam bahasa kami, seperti yang tertulis:",
		.perhaps = "Saya belum punya jawaban yang pasti. Mungkin ini membantu:",
		.if_not = "Jika bukan, tulis “operator” dan rekan kami akan menjawab.",
		.open_day = "Kami buka {day}: {hours}.",
		.open_day_special = "Kami buka {day}: {hours} ({reason}).",
		.closed_day = "Kami tutup {day}.",
		.closed_day_reason = "Kami tutup {day} ({reason}).",
		.open_now = "Ya, kami sedang buka, hari ini sampai {time}.",
		.closed_now = "Saat ini kami tutup.",
		.closed_now_reason = "Saat ini kami tutup ({reason}).",
		.next_open = "Kami buka lagi {day}: {hours}.",
		.open_at = "Ya, kami buka {day} pukul {time} ({hours}).",
		.closed_at = "Tidak, {day} pukul {time} kami tutup. Hari itu kami buka: {hours}.",
		.closed_at_reason = "Tidak, {day} pukul {time} kami tutup ({reason}).",
		.closed_range = "{reason}: kami tutup dari {from} sampai {to}.",
		.weekdays = { "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu" },
		.months = { "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
			"Oktober", "November", "Desember" },
		.date = "hari {weekday}, {day} {month}",
		.week_hours = "Jam buka kami:",
		.and = " dan ",
	},
};
