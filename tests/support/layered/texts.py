"""What stands on the labelled pages: letters in many languages, tables, forms. All of it is invented."""

from __future__ import annotations

LETTERS = {
    "English": "The patient was seen on the third of March for a routine visit. Blood pressure and pulse were within "
    "the expected range, and the medication remains unchanged until the next appointment in six weeks.",
    "German": "Die Patientin wurde am dritten März zur Kontrolluntersuchung vorgestellt. Blutdruck und Puls lagen im "
    "Normbereich. Die Arbeitsunfähigkeitsbescheinigung wurde ausgestellt, die Krankenversicherungsnummer geprüft.",
    "French": "La patiente a été vue le trois mars pour une visite de contrôle. L'état général est bon, la tension "
    "artérielle reste dans les limites attendues et le traitement n'est pas modifié jusqu'à la prochaine visite.",
    "Spanish": "El paciente fue atendido el tres de marzo para una revisión. La presión arterial y el pulso estaban "
    "dentro de lo esperado; la medicación no cambia hasta la próxima cita dentro de seis semanas.",
    "Polish": "Pacjentka została przyjęta trzeciego marca na badanie kontrolne. Ciśnienie krwi i tętno były "
    "prawidłowe, a leczenie pozostaje bez zmian do następnej wizyty, która odbędzie się za sześć tygodni.",
    "Czech": "Krk bez bolesti, srst a prst v normě. Pacient přišel třetího března na pravidelnou kontrolu, tlak krve "
    "i tep odpovídají věku, léčba se nemění, vlhký kašel ustoupil. Smrt rodičů v rodinné anamnéze neuvádí.",
    "Welsh": "Gwelwyd y claf ar y trydydd o Fawrth ar gyfer ymweliad arferol. Roedd y pwysedd gwaed a'r pwls o fewn "
    "yr ystod ddisgwyliedig, ac mae'r feddyginiaeth yn aros yr un fath hyd nes yr apwyntiad nesaf mewn chwe wythnos.",
    "Finnish": "Potilas kävi maaliskuun kolmantena päivänä tavanomaisella vastaanottokäynnillä. Verenpaine ja syke "
    "olivat odotetulla tasolla, ja lääkitys pysyy muuttumattomana seuraavaan käyntiin asti.",
    "Turkish": "Hasta üç Mart tarihinde olağan kontrol için görüldü. Tansiyon ve nabız beklenen sınırlar içindeydi, "
    "ilaçlar altı hafta sonraki randevuya kadar değiştirilmeyecek.",
    "Vietnamese": "Bệnh nhân được khám vào ngày ba tháng ba trong lần khám định kỳ. Huyết áp và mạch nằm trong giới "
    "hạn dự kiến, thuốc được giữ nguyên cho đến lần hẹn tiếp theo sau sáu tuần.",
    "Hungarian": "A beteget március harmadikán láttuk rutinvizsgálaton. A vérnyomás és a pulzus a várt tartományban "
    "volt, a gyógyszerelés a hat hét múlva esedékes következő időpontig változatlan marad.",
    "Russian": "Пациентка осмотрена третьего марта на плановом приёме. Артериальное давление и пульс в пределах "
    "нормы, лечение до следующего приёма через шесть недель не меняется.",
    "Greek": "Ο ασθενής εξετάστηκε στις τρεις Μαρτίου στο πλαίσιο τακτικού ελέγχου. Η αρτηριακή πίεση και ο σφυγμός "
    "ήταν εντός των αναμενόμενων ορίων και η αγωγή παραμένει ίδια.",
    "Arabic": "تمت معاينة المريض في الثالث من مارس في زيارة دورية وكان ضغط الدم والنبض ضمن الحدود المتوقعة "
    "ويبقى العلاج "
    "دون تغيير حتى الموعد القادم بعد ستة أسابيع",
    "Hebrew": "המטופל נבדק בשלישי במרץ בביקור שגרתי לחץ הדם והדופק היו בטווח הצפוי והטיפול התרופתי נשאר ללא שינוי עד "
    "לפגישה הבאה בעוד שישה שבועות",
    "Hindi": "रोगी को तीन मार्च को नियमित जांच के लिए देखा गया रक्तचाप और नाड़ी अपेक्षित सीमा के भीतर थे और दवा अगली भेंट तक नहीं "
    "बदली जाएगी जो छह सप्ताह बाद होगी",
    "Thai": "ผู้ป่วยมาพบแพทย์เมื่อวันที่สามมีนาคม เพื่อตรวจตามนัด ความดันโลหิตและชีพจร อยู่ในเกณฑ์ที่คาดไว้ ยาคงเดิมจนถึงนัดครั้งต่อไป",
    "Chinese": "患者于三月三日来院复诊，血压和脉搏均在预期范围内，药物治疗不变，六周后再来复查，并带上化验单。",
    "Japanese": "患者は三月三日に定期受診しました。血圧と脈拍は正常範囲内でした。次回の予約まで薬の変更はありません。",
    "Korean": "환자는 삼월 삼일에 정기 진료를 받았습니다 "
    "혈압과 맥박은 예상 범위 안에 있었으며 다음 예약까지 약은 그대로 유지합니다",
    "Georgian": "პაციენტი გასინჯეს სამ მარტს "
    "გეგმიურ ვიზიტზე წნევა და პულსი ნორმის ფარგლებში იყო მკურნალობა უცვლელი რჩება",
}

LAB_VALUES = (
    "Test Result Unit Reference Flag",
    "WBC 7.2 10^9/L 4.0-10.0",
    "RBC 4.61 10^12/L 4.20-5.40",
    "Hgb 13.2 g/dL 12.0-16.0",
    "HbA1c 6.8 % <5.7 H",
    "K+ 5.4 mmol/L 3.5-5.1 H",
    "ALT (SGPT) 24 U/L 7-56",
    "TSH 2.31 mIU/L 0.40-4.00",
    "eGFR >60 mL/min/1.73m2 >60",
    "PT/INR 12.4s/1.1 0.9-1.2",
    "25-OH Vit-D 18 ng/mL 30-100 L",
    "pH 7.38, pCO2 41mmHg, HCO3- 24",
)
NUMBERS = tuple(" ".join(f"{(row * 37 + column * 91) % 997 / 7:.2f}" for column in range(8)) for row in range(20))
MEDICATION = (
    "Rx: metformin 500mg tab, 1 tab p.o. b.i.d. w/ meals #60 RF x3",
    "lisinopril 10mg PO qd; HCTZ 12.5mg PO qAM",
    "insulin glargine 100u/mL 22u SC qhs; lispro SSI AC+HS",
    "ASA 81mg EC qd, atorvastatin 40mg qhs, NTG 0.4mg SL prn CP",
    "O2 2L NC, nebs q4h prn SOB, hold BP meds if SBP<100",
    "NPO p MN; I&O's q8h; VS q4h; d/c Foley POD#1",
)
CODES = (
    "E11.65 I10 Z79.4 N18.31 M54.50 J45.909 F41.1 K21.9",
    "99213 99214-25 83036 80053 85025 36415 G0438 J1815",
    "NDC 00093-7214-01 LOT A7XK221 EXP 04/27",
    "MRN 00482913 ACCT 7719-22-0041 CSN 1048827731",
    "https://portal.example.org/visit?id=8812 front.desk@example.org",
    "Fax (555) 010-2231 Tel 555.010.2230 ext. 14",
)
FORM = (
    "Last name: ________________ First name: ________________",
    "Date of birth: ___/___/_____ Sex: [ ] M [ ] F [ ] X",
    "Do you smoke? ( ) yes ( ) no If yes, packs a day: ____",
    "Allergies ........................................... none",
    "Signature: ______________________ Date: ____________",
    "Patient agrees to the terms stated overleaf.",
)
CONTENTS = tuple(
    f"{number}.{number % 3 + 1} Findings of section {number} " + "." * 40 + f" {number * 3}" for number in range(1, 20)
)
CAPITALS = (
    "DISCHARGE SUMMARY",
    "ADMITTING DIAGNOSIS: CHEST PAIN, RULE OUT MI",
    "HOSPITAL COURSE: PT WAS ADMITTED TO TELEMETRY AND SERIAL ENZYMES WERE NEGATIVE",
    "DISPOSITION: HOME, FOLLOW UP WITH PCP IN ONE WEEK",
)
SHORT = ("Page 3", "Appendix A", "This page intentionally left blank.", "Exhibit 12", "II", "2026-03-04")
STAMPS = (
    "RECEIVED 12 MAY 2026",
    "Page 4 of 17",
    "DOE-000123",
    "CONFIDENTIAL - ATTORNEYS' EYES ONLY",
    "From: Northfield Clinic  To: 555-010-2231  12/05/2026 14:31  P. 003/012",
    "Case 2:26-cv-01234-ABC Document 17-3 Filed 05/12/26 Page 4 of 17 PageID #: 233",
    "Scanned by the records office on 12 May 2026. The original is kept for ten years and is destroyed after that. "
    "Requests for copies go to the records office, room 114, and are answered within five working days.",
    "Electronically signed by A. Example, MD, 12 May 2026 14:31 UTC. Certificate 00:A1:7C:55. This signature is "
    "valid only with the document it was given for. Verify it at https://sign.example.org/v/8812-3321.",
)
POOR_OCR = (
    "T hc pa ticnt w;is sccn ori thc th~rd oI M^rch f0r a rou~inc v1s!t,",
    "BI00d prcssurc ;nd p|_|lsc wcrc w!th|n thc cxp3ct3d r@ngc ..,;",
    "~ Thc mcd|cat!0n r3ma!ns |_|nchang3d |_|nt!l th3 n3xt app0!ntm3nt_",
    "jlq8 wRm #k~ vv nrtq ,.; kjhR4x zzzqqq |||| ~~ ^^ _'_ lI1|l ;;",
    "P1ea$e rct|_|rn !n s!x w33ks f0r a ncw s3t 0f l@b0rat0ry va1|_|3s",
    "A c0py 0f th!s l3tt3r g03s t0 th3 r3f3rr!ng phys!c!@n . ,, ' ",
)
