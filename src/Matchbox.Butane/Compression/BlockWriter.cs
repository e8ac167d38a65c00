namespace Matchbox.Butane.Compression;

/// <summary>Writes blocks (RFC 1951 §3.2.3) in the shortest of the three forms: stored, with the fixed codes, with codes of their own.</summary>
internal sealed class BlockWriter(BitWriter output)
{
    private const int EndOfBlock = 256;
    private const int LiteralCount = 286;
    private const int DistanceCount = 30;
    private const int MaxStored = 65535;
    private const int StoredHeaderBytes = 5;
    private const int MaxCodeLength = 15;

    private readonly int[] _literals = new int[LiteralCount];
    private readonly int[] _distances = new int[DistanceCount];
    private readonly HuffmanCode _literalCode = new(LiteralCount);
    private readonly HuffmanCode _distanceCode = new(DistanceCount);
    private readonly CodeLengths _codeLengths = new();

    /// <param name="tokens">The block's contents.</param>
    /// <param name="bytes">The same, not compressed.</param>
    /// <param name="canStore">Whether they may be written as they are.</param>
    public void Write(ReadOnlySpan<DeflateToken> tokens, ReadOnlySpan<byte> bytes, bool canStore)
    {
        Count(tokens);
        // The ends of both alphabets that do not occur are not described.
        var literals = _literals.AsSpan().LastIndexOfAnyExcept(0) + 1;
        var distances = Math.Max(_distances.AsSpan().LastIndexOfAnyExcept(0) + 1, 1);
        // A code for distances must have a symbol, even if there is no match.
        _distances[0] = Math.Max(_distances[0], distances == 1 ? 1 : 0);
        _literalCode.Build(_literals, MaxCodeLength);
        _distanceCode.Build(_distances, MaxCodeLength);
        _codeLengths.Describe(_literalCode.Lengths[..literals], _distanceCode.Lengths[..distances]);

        var fixedSize = 3 + HuffmanCode.FixedLiterals.BitLength(_literals) + HuffmanCode.FixedDistances.BitLength(_distances);
        var ownSize = 3 + _codeLengths.BitLength + _literalCode.BitLength(_literals) + _distanceCode.BitLength(_distances);
        var isFixed = fixedSize <= ownSize;
        if (canStore && bytes.Length <= MaxStored
            && (bytes.Length + StoredHeaderBytes) * 8 < Math.Min(fixedSize, ownSize) + ExtraBits())
        {
            WriteStored(bytes, isFinal: false);
            return;
        }
        output.Write(isFixed ? 0b01u << 1 : 0b10u << 1, 3);
        if (!isFixed)
        {
            _codeLengths.Write(output);
        }
        WriteTokens(
            tokens,
            isFixed ? HuffmanCode.FixedLiterals : _literalCode,
            isFixed ? HuffmanCode.FixedDistances : _distanceCode);
    }

    /// <summary>The last block, an empty one.</summary>
    public void WriteEnd() => WriteStored([], isFinal: true);

    private void Count(ReadOnlySpan<DeflateToken> tokens)
    {
        Array.Clear(_literals);
        Array.Clear(_distances);
        foreach (var token in tokens)
        {
            _literals[token.Symbol]++;
            if (!token.IsLiteral)
            {
                _distances[token.DistanceSymbol]++;
            }
        }
        _literals[EndOfBlock] = 1;
    }

    private int ExtraBits()
    {
        var total = 0;
        for (var i = EndOfBlock + 1; i < LiteralCount; i++)
        {
            total += _literals[i] * DeflateToken.ExtraBitsOfLength(i - EndOfBlock - 1);
        }
        for (var i = 0; i < DistanceCount; i++)
        {
            total += _distances[i] * DeflateToken.ExtraBitsOfDistance(i);
        }
        return total;
    }

    private void WriteStored(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        output.Write(isFinal ? 1u : 0, 3);
        output.Align();
        output.Write((uint)bytes.Length, 16);
        output.Write((ushort)~bytes.Length, 16);
        output.Write(bytes);
    }

    private void WriteTokens(ReadOnlySpan<DeflateToken> tokens, HuffmanCode literals, HuffmanCode distances)
    {
        foreach (var token in tokens)
        {
            literals.Write(output, token.Symbol);
            if (!token.IsLiteral)
            {
                var (bits, count) = token.LengthExtra;
                output.Write(bits, count);
                distances.Write(output, token.DistanceSymbol);
                (bits, count) = token.DistanceExtra;
                output.Write(bits, count);
            }
        }
        literals.Write(output, EndOfBlock);
    }
}
