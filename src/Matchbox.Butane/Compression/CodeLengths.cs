namespace Matchbox.Butane.Compression;

/// <summary>The description of a block's two codes by the lengths of their symbols, itself in a code (RFC 1951 §3.2.7).</summary>
internal sealed class CodeLengths
{
    private const int RepeatLast = 16;
    private const int FewZeros = 17;
    private const int ManyZeros = 18;
    private const int SymbolCount = 19;
    private const int MinSymbols = 4;
    private const int MaxCodeLength = 7;
    private const int FirstLiterals = 257;          // there are at least those that are bytes, and the end of the block
    private const int MaxLengths = 286 + 30;

    private readonly StructList<Run> _runs = new();
    private readonly byte[] _lengths = new byte[MaxLengths];
    private readonly int[] _frequencies = new int[SymbolCount];
    private readonly HuffmanCode _code = new(SymbolCount);
    private int _literals;
    private int _distances;
    private int _symbols;           // so many lengths of the description's own code are written

    // In this order the last ones are the ones most likely not to occur.
    private static ReadOnlySpan<byte> Order => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>What the description takes.</summary>
    public int BitLength => 5 + 5 + 4 + (3 * _symbols) + _code.BitLength(_frequencies)
        + (2 * _frequencies[RepeatLast]) + (3 * _frequencies[FewZeros]) + (7 * _frequencies[ManyZeros]);

    public void Describe(ReadOnlySpan<byte> literals, ReadOnlySpan<byte> distances)
    {
        (_literals, _distances) = (literals.Length, distances.Length);
        literals.CopyTo(_lengths);
        distances.CopyTo(_lengths.AsSpan(_literals));
        _runs.Clear();
        Array.Clear(_frequencies);
        var lengths = _lengths.AsSpan(0, _literals + _distances);
        while (!lengths.IsEmpty)
        {
            var run = lengths.IndexOfAnyExcept(lengths[0]);
            run = run < 0 ? lengths.Length : run;
            AddRun(lengths[0], run);
            lengths = lengths[run..];
        }
        _code.Build(_frequencies, MaxCodeLength);
        _symbols = SymbolCount;
        while (_symbols > MinSymbols && _frequencies[Order[_symbols - 1]] == 0)
        {
            _symbols--;
        }
    }

    public void Write(BitWriter output)
    {
        output.Write((uint)(_literals - FirstLiterals), 5);
        output.Write((uint)(_distances - 1), 5);
        output.Write((uint)(_symbols - MinSymbols), 4);
        foreach (var symbol in Order[.._symbols])
        {
            output.Write(_code.Lengths[symbol], 3);
        }
        for (var i = 0; i < _runs.Count; i++)
        {
            var (symbol, repeat) = _runs[i];
            _code.Write(output, symbol);
            output.Write(repeat, symbol switch { RepeatLast => 2, FewZeros => 3, ManyZeros => 7, _ => 0 });
        }
    }

    private void AddRun(byte length, int count)
    {
        if (length != 0)
        {
            Add(length);
            for (count--; count >= 3; count -= Math.Min(count, 6))
            {
                Add(RepeatLast, Math.Min(count, 6) - 3);
            }
        }
        else
        {
            for (; count >= 11; count -= Math.Min(count, 138))
            {
                Add(ManyZeros, Math.Min(count, 138) - 11);
            }
            if (count >= 3)
            {
                Add(FewZeros, count - 3);
                count = 0;
            }
        }
        for (; count > 0; count--)
        {
            Add(length);
        }
    }

    private void Add(int symbol, int repeat = 0)
    {
        _runs.Push(new Run((byte)symbol, (byte)repeat));
        _frequencies[symbol]++;
    }

    private readonly record struct Run(byte Symbol, byte Repeat);
}
