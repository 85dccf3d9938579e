using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Cdp.Identity.Rules.Normalising;

/// <summary>
/// Unicode's normalisation form C (https://www.unicode.org/reports/tr15/): an accented letter is one letter, however it was
/// typed. The framework does it only together with ICU, which we do not ask for: there it leaves text as it is.
/// </summary>
internal static class CanonicalComposition
{
    private const int FirstMark = 0x300;
    private const int Syllables = 0xAC00, Leads = 0x1100, Vowels = 0x1161, Tails = 0x11A7;
    private const int VowelCount = 21, TailCount = 28, SyllableCount = 11172;

    private static readonly Lazy<Data> Tables = new(Data.Read);

    /// <summary>The text in form C.</summary>
    public static string Of(string text)
    {
        var data = Tables.Value;
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            Decompose(data, rune.Value, runes);
        Order(data, runes);
        var builder = new StringBuilder(text.Length);
        foreach (var rune in Compose(data, runes))
            builder.Append(new Rune(rune).ToString());
        return builder.ToString();
    }

    private static void Decompose(Data data, int rune, List<int> target)
    {
        if (rune is >= Syllables and < Syllables + SyllableCount)
        {
            var index = rune - Syllables;
            target.Add(Leads + (index / (VowelCount * TailCount)));
            target.Add(Vowels + (index % (VowelCount * TailCount) / TailCount));
            if (index % TailCount > 0)
                target.Add(Tails + (index % TailCount));
        }
        else if (data.Parts.TryGetValue(rune, out var parts))
        {
            Decompose(data, parts.First, target);
            if (parts.Second > 0)
                Decompose(data, parts.Second, target);
        }
        else
            target.Add(rune);
    }

    // Marks in the order of their classes; those of one class stay in the order in which they were typed.
    private static void Order(Data data, List<int> runes)
    {
        for (var i = 1; i < runes.Count; i++)
        {
            for (var at = i; at > 0 && data.Class(runes[at]) is > 0 and var mark && data.Class(runes[at - 1]) > mark; at--)
                (runes[at - 1], runes[at]) = (runes[at], runes[at - 1]);
        }
    }

    private static List<int> Compose(Data data, List<int> runes)
    {
        var composed = new List<int>(runes.Count);
        var (starter, last) = (-1, 0);
        foreach (var rune in runes)
        {
            var mark = data.Class(rune);
            var isBlocked = starter < 0 || (last >= mark && composed.Count - 1 > starter);
            if (!isBlocked && Pair(data, composed[starter], rune) is { } pair)
            {
                composed[starter] = pair;
                continue;
            }
            if (mark == 0)
                starter = composed.Count;
            last = mark;
            composed.Add(rune);
        }
        return composed;
    }

    private static int? Pair(Data data, int first, int second)
    {
        if (first is >= Leads and < Leads + 19 && second is >= Vowels and < Vowels + VowelCount)
            return Syllables + ((((first - Leads) * VowelCount) + second - Vowels) * TailCount);
        if (first is >= Syllables and < Syllables + SyllableCount && (first - Syllables) % TailCount == 0 && second is > Tails and < Tails + TailCount)
            return first + second - Tails;
        return data.Pairs.TryGetValue((first, second), out var pair) ? pair : null;
    }

    private sealed record Data(FrozenDictionary<int, (int First, int Second)> Parts, FrozenDictionary<(int, int), int> Pairs, FrozenDictionary<int, int> Classes)
    {
        public int Class(int rune) => rune < FirstMark ? 0 : Classes.GetValueOrDefault(rune);

        // Lines of the resource: a class and its marks; "=", a rune and its two parts; "-", the same where they are not composed.
        public static Data Read()
        {
            using var stream = typeof(CanonicalComposition).Assembly.GetManifestResourceStream("CanonicalComposition.txt")
                ?? throw new InvalidOperationException("The tables of Unicode are missing from the assembly.");
            using var reader = new StreamReader(stream);
            Dictionary<int, (int, int)> parts = [];
            Dictionary<(int, int), int> pairs = [];
            Dictionary<int, int> classes = [];
            while (reader.ReadLine() is { } line)
            {
                var fields = line.Split(' ');
                var runes = fields.Skip(1).Select(f => int.Parse(f, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToList();
                if (fields[0] is "=" or "-")
                    parts[runes[0]] = (runes[1], runes.Count > 2 ? runes[2] : 0);
                else
                    runes.ForEach(rune => classes[rune] = int.Parse(fields[0], CultureInfo.InvariantCulture));
                if (fields[0] == "=")
                    pairs[(runes[1], runes[2])] = runes[0];
            }
            return new Data(parts.ToFrozenDictionary(), pairs.ToFrozenDictionary(), classes.ToFrozenDictionary());
        }
    }
}
