namespace Matchbox.Butane.Compression;

/// <summary>
/// A prefix code for the symbols 0 to <paramref name="symbolCount"/> - 1: the shortest with lengths up to a limit, by the
/// package-merge method, and of those with the same length the one that Go's compress/flate finds.
/// </summary>
internal sealed class HuffmanCode(int symbolCount)
{
    /// <summary>RFC 1951 §3.2.6. Two of its symbols are never used, but have codes.</summary>
    public static readonly HuffmanCode FixedLiterals = Fixed(288, symbol => symbol switch { < 144 => 8, < 256 => 9, < 280 => 7, _ => 8 });

    public static readonly HuffmanCode FixedDistances = Fixed(30, _ => 5);

    private readonly byte[] _lengths = new byte[symbolCount];
    private readonly ushort[] _codes = new ushort[symbolCount];     // first bit lowest
    private readonly long[] _sorted = new long[symbolCount];        // frequency << 16 | symbol
    private readonly long[][] _weights = [new long[2 * symbolCount], new long[2 * symbolCount]];
    private readonly List<int[]> _packagesBefore = [];              // for each level, the packages among its first items

    /// <summary>The bits of a symbol's code; 0 for one that does not occur.</summary>
    public ReadOnlySpan<byte> Lengths => _lengths;

    public void Write(BitWriter output, int symbol) => output.Write(_codes[symbol], _lengths[symbol]);

    /// <summary>The bits that symbols of these frequencies take.</summary>
    public int BitLength(ReadOnlySpan<int> frequencies)
    {
        var total = 0;
        for (var i = 0; i < frequencies.Length; i++)
        {
            total += frequencies[i] * _lengths[i];
        }
        return total;
    }

    /// <summary>Makes the code for these frequencies.</summary>
    public void Build(ReadOnlySpan<int> frequencies, int maxLength)
    {
        Array.Clear(_lengths);
        var count = 0;
        for (var symbol = 0; symbol < frequencies.Length; symbol++)
        {
            if (frequencies[symbol] > 0)
            {
                _sorted[count++] = ((long)frequencies[symbol] << 16) | (uint)symbol;
            }
        }
        var sorted = _sorted.AsSpan(0, count);
        if (count <= 2)
        {
            foreach (var entry in sorted)
            {
                _lengths[(ushort)entry] = 1;
            }
        }
        else
        {
            sorted.Sort();
            SetLengths(sorted, Math.Min(maxLength, count - 1));
        }
        AssignCodes(_lengths, _codes);
    }

    // Package-merge: level by level, pairs of the level before become packages among the symbols; the first 2n - 2 of the
    // last level, opened up again, say how many symbols are at least so deep. Of equal weights a package goes first.
    private void SetLengths(ReadOnlySpan<long> sorted, int levels)
    {
        var before = _weights[0];
        var beforeCount = 0;
        for (var level = 0; level < levels; level++)
        {
            var weights = _weights[(level + 1) % 2];
            var packages = PackagesBefore(level);
            var (leaf, package, items) = (0, 0, 0);
            while (leaf < sorted.Length || package < beforeCount / 2)
            {
                var leafWeight = leaf < sorted.Length ? sorted[leaf] >> 16 : long.MaxValue;
                var packageWeight = package < beforeCount / 2 ? before[2 * package] + before[(2 * package) + 1] : long.MaxValue;
                if (leafWeight < packageWeight)
                {
                    leaf++;
                }
                else
                {
                    package++;
                }
                weights[items++] = Math.Min(leafWeight, packageWeight);
                packages[items] = package;
            }
            (before, beforeCount) = (weights, items);
        }

        var taken = (2 * sorted.Length) - 2;
        for (var length = 1; length <= levels; length++)
        {
            var packages = PackagesBefore(levels - length)[taken];
            var deep = taken - packages;    // symbols with codes of at least this length: the rarest
            for (var i = 0; i < deep; i++)
            {
                _lengths[(ushort)sorted[i]] = (byte)length;
            }
            taken = 2 * packages;
        }
    }

    private int[] PackagesBefore(int level)
    {
        while (_packagesBefore.Count <= level)
        {
            _packagesBefore.Add(new int[(2 * symbolCount) + 1]);
        }
        return _packagesBefore[level];
    }

    // RFC 1951 §3.2.2
    private static void AssignCodes(ReadOnlySpan<byte> lengths, Span<ushort> codes)
    {
        Span<int> counts = stackalloc int[16];
        Span<int> next = stackalloc int[17];
        counts.Clear();
        foreach (var length in lengths)
        {
            counts[length]++;
        }
        counts[0] = 0;
        next[1] = 0;
        for (var length = 1; length < 16; length++)
        {
            next[length + 1] = (next[length] + counts[length]) << 1;
        }
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length > 0)
            {
                codes[symbol] = Reverse(next[length]++, length);
            }
        }
    }

    private static ushort Reverse(int code, int length)
    {
        var reversed = 0;
        for (; length > 0; length--)
        {
            reversed = (reversed << 1) | (code & 1);
            code >>= 1;
        }
        return (ushort)reversed;
    }

    private static HuffmanCode Fixed(int symbolCount, Func<int, int> lengthOf)
    {
        var code = new HuffmanCode(symbolCount);
        for (var symbol = 0; symbol < symbolCount; symbol++)
        {
            code._lengths[symbol] = (byte)lengthOf(symbol);
        }
        AssignCodes(code._lengths, code._codes);
        return code;
    }
}
