/** A message, what must find it, and what must not. Texts and queries are tried composed and decomposed (NFC and NFD). */
export interface Case {
  text: string;
  finds: string[];
  misses: string[];
}

export const SEARCH_CORPUS: Record<string, Case[]> = {
  'words, case and order': [
    {
      text: 'The Quick brown fox',
      finds: ['quick', 'QUICK', 'fox quick', 'the fox', 'Brown  fox!', '"quick"', 'quick/brown'],
      misses: ['quack', 'quick cat', 'rown', 'uick', 'o'],
    },
    {
      text: 'meeting tomorrow',
      finds: ['mee', 'meet', 'tomorrow meet'],
      misses: ['me', 'meet tomorrow', 'meet.'],
    },
    { text: "Don't touch l'horloge", finds: ["don't", 'don t', 'horloge', "l'horloge"], misses: ['dont'] },
    { text: 'state-of-the-art (really)', finds: ['state of', 'art state', 'really'], misses: ['stateof'] },
    {
      text: 'see foo.bar@example.com',
      finds: ['foo.bar@example.com', 'example com', 'bar'],
      misses: ['foobar'],
    },
    { text: 'pi is 3.14, not 22/7', finds: ['3.14', '22', '14 3'], misses: ['314', '227'] },
    { text: 'release v2 of covid19', finds: ['v2', 'covid19', 'covid'], misses: ['19', 'covid20'] },
  ],
  'Vietnamese: đ and all tone marks': [
    {
      text: 'Người Việt Nam đi Đà Nẵng',
      finds: ['nguoi', 'người', 'NGƯỜI', 'viet nam', 'Việt', 'da nang', 'Đà Nẵng', 'đi', 'di', 'ngườ'],
      misses: ['nguyen', 'nann', 'ng'],
    },
    {
      text: 'à á ả ã ạ ằ ắ ẳ ẵ ặ ầ ấ ẩ ẫ ậ è é ẻ ẽ ẹ ề ế ể ễ ệ ì í ỉ ĩ ị ò ó ỏ õ ọ ồ ố ổ ỗ ộ ờ ớ ở ỡ ợ ù ú ủ ũ ụ ừ ứ ử ữ ự ỳ ý ỷ ỹ ỵ',
      finds: ['a', 'ặ', 'ậ', 'e', 'ệ', 'i', 'o', 'ộ', 'ợ', 'u', 'ự', 'y', 'ỵ', 'a e i o u y'],
      misses: ['d', 'b'],
    },
    {
      text: 'Hẹn gặp lại bạn nhé',
      finds: ['hen gap', 'GẶP LẠI', 'ban nhe', 'hẹn'],
      misses: ['gap mat', 'hạn gập xa'],
    },
    {
      text: 'ĐƯỜNG PHỐ HÀ NỘI',
      finds: ['duong pho', 'đường', 'hà nội', 'ha noi', 'đuong'],
      misses: ['hanoi'],
    },
  ],
  'European letters': [
    {
      text: 'Die große Straße in Köln',
      finds: ['grosse', 'GROSSE', 'straße', 'STRASSE', 'koln', 'köln', 'GROẞE'],
      misses: ['grobe', 'strase'],
    },
    {
      text: 'İstanbul ve Isparta, ılık çay',
      finds: ['istanbul', 'ISTANBUL', 'ıstanbul', 'isparta', 'ilik', 'ILIK', 'cay'],
      misses: ['stanbul'],
    },
    { text: 'Łódź, Kraków i Gdańsk', finds: ['lodz', 'łódź', 'krakow', 'GDANSK'], misses: ['odz'] },
    {
      text: 'Crème brûlée à la française',
      finds: ['creme brulee', 'CRÈME', 'francaise', 'a la'],
      misses: ['creme brulez'],
    },
    {
      text: 'Smørrebrød på Ærø',
      finds: ['smorrebrod', 'smørrebrød', 'pa', 'aero', 'ærø'],
      misses: ['smrrebrd'],
    },
    { text: 'Ελλάδα, ο Οδυσσεύς', finds: ['ελλαδα', 'ΕΛΛΆΔΑ', 'οδυσσευς', 'ΟΔΥΣΣΕΎΣ'], misses: ['αλλαδα'] },
    { text: 'Съешь ещё этих булок', finds: ['съешь', 'СЪЕШЬ', 'еще', 'ещё', 'булок'], misses: ['съел'] },
    {
      text: 'ﬁnal oﬃce ＦＵＬＬ ｗｉｄｔｈ',
      finds: ['final', 'office', 'full width', 'ＦＩＮＡＬ'],
      misses: ['nal'],
    },
    { text: 'co\u00adoperation', finds: ['cooperation', 'coop'], misses: ['operation'] },
  ],
  'scripts without gaps between words': [
    {
      text: '今天天气很好',
      finds: ['天气', '今天', '气', '很好', '天天气', '今天 很好', '今天天气很好'],
      misses: ['今气', '天今', '天好', '明天'],
    },
    {
      text: '我们在東京タワーで会いました',
      finds: ['東京', 'タワー', 'ﾀﾜｰ', '東京タワー', 'ました', 'で会'],
      misses: ['京東', 'タワ会', 'たわー'],
    },
    { text: 'ガギグ プリン', finds: ['ガギ', 'ｶﾞｷﾞ', 'ギ', 'プリン'], misses: ['カキ', 'ブリン'] },
    { text: 'ひらがなとカタカナ', finds: ['ひらがな', 'カタカナ', 'がな'], misses: ['ひらかな', 'ヒラガナ'] },
    {
      text: '서울에서 만나요, 대학교 앞',
      finds: ['서울', '서울에서', '만나', '학교', '앞', '대학교 서울'],
      misses: ['서을', '울서', '학앞'],
    },
    {
      text: 'iPhone手机2026年发布',
      finds: ['iphone', '手机', 'iphone手机', '2026', '年发布', '手机 iphone'],
      misses: ['机手', '2025年'],
    },
    { text: 'การประชุมวันนี้', finds: ['ประชุม', 'วันนี้', 'การ'], misses: ['ประชม', 'วันนั้น'] },
    { text: '㌔と㈱', finds: ['キロ', '株'], misses: ['クロ'] },
  ],
  'other scripts': [
    { text: 'مَرْحَبًا بكم في الْقَاهِرَة', finds: ['مرحبا', 'القاهرة', 'بكم', 'مَرحبا'], misses: ['مرحب بك'] },
    { text: 'שָׁלוֹם עולם', finds: ['שלום', 'עולם', 'שָׁלוֹם'], misses: ['שלוש'] },
    { text: 'हिन्दी की किताब', finds: ['हिन्दी', 'की', 'किताब'], misses: ['हन्द', 'का', 'कताब'] },
    { text: 'می\u200cخواهم', finds: ['میخواهم', 'می\u200cخواهم'], misses: ['خواهم'] },
  ],
  signs: [
    { text: 'Happy birthday 🎉🎂 👍🏽', finds: ['🎉', '🎂🎉', 'happy 🎂', '👍'], misses: ['🎈', '🎉 🎈'] },
    {
      text: 'price: $10 (50%) {a} [b] ^c$ \\d+',
      finds: ['$10', '50%', 'price: {a}', '^c$', '.d'],
      misses: ['$ne', '{$gt: ""}', '^price.*$x'],
    },
  ],
};
