using System.Buffers.Binary;

namespace Matchbox.Butane.Compression;

/// <summary>
/// Finds the repetitions in the data (LZ77, RFC 1951 §4) in the very way of Go's compress/flate at level 9: chains of the
/// places with the same hash of four bytes, and a match is only taken if the next byte does not start a longer one.
/// </summary>
internal sealed class Deflater(BitWriter output)
{
    private const int MinMatch = 4;
    private const int MaxMatch = 258;
    private const int WindowLength = 1 << 15;
    private const int BufferLength = 2 * WindowLength;      // Go's, which moves on by a window when it is used up
    private const int HashBits = 17;
    private const int MaxTries = 4096;
    private const int MaxDistanceOfMinMatch = 4096;         // so short a match farther away costs more than it saves
    private const int MaxBlockTokens = 1 << 14;

    private readonly BlockWriter _blocks = new(output);
    private readonly DeflateToken[] _tokens = new DeflateToken[MaxBlockTokens];
    private readonly int[] _heads = new int[1 << HashBits]; // the newest place with that hash
    private readonly int[] _previous = new int[WindowLength];
    private int _tokenCount;
    private int _blockStart;        // the first byte that is in no block yet
    private int _buffer;            // where Go's buffer starts; what lies before it is out of reach
    private int _origin = 1;        // what is added to places in the two tables; less is from earlier data and counts as empty

    /// <summary>A complete stream.</summary>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (_origin > int.MaxValue - data.Length - 1)
        {
            Array.Clear(_heads);
            _origin = 1;
        }
        (_tokenCount, _blockStart, _buffer) = (0, 0, 0);
        FindMatches(data);
        _blocks.WriteEnd();
        _origin += data.Length + 1;
    }

    private void FindMatches(ReadOnlySpan<byte> data)
    {
        var pending = false;        // the byte before is not written yet: it is a literal or the start of a match
        var match = Match.None;
        for (var place = 0; place < data.Length;)
        {
            if (place > _buffer + BufferLength - MinMatch - MaxMatch && _buffer + BufferLength < data.Length)
            {
                _buffer += WindowLength;
            }
            var prior = match;
            match = Match.None;
            var newest = Insert(data, place);
            if (data.Length - place > prior.Length && prior.Length < MaxMatch)
            {
                match = FindMatch(data, place, newest);
            }
            if (prior.Length >= MinMatch && match.Length <= prior.Length)
            {
                var end = place + prior.Length - 1;
                while (++place < end)
                {
                    Insert(data, place);
                }
                Add(DeflateToken.Match(prior.Length, prior.Distance), data, place);
                pending = false;
                match = Match.None;
            }
            else
            {
                if (pending)
                {
                    Add(DeflateToken.Literal(data[place - 1]), data, place);
                }
                place++;
                pending = true;
            }
        }
        if (pending)
        {
            _tokens[_tokenCount++] = DeflateToken.Literal(data[^1]);
        }
        if (_tokenCount > 0)
        {
            WriteBlock(data, data.Length);
        }
    }

    private void Add(DeflateToken token, ReadOnlySpan<byte> data, int end)
    {
        _tokens[_tokenCount++] = token;
        if (_tokenCount == MaxBlockTokens)
        {
            WriteBlock(data, end);
        }
    }

    // A block whose bytes have left the buffer can not be stored as it is.
    private void WriteBlock(ReadOnlySpan<byte> data, int end)
    {
        var canStore = _blockStart >= _buffer;
        _blocks.Write(_tokens.AsSpan(0, _tokenCount), data[_blockStart..end], canStore);
        _blockStart = end;
        _tokenCount = 0;
    }

    /// <summary>Puts a place into the chain of its hash. The place that was the newest there, as the tables hold it.</summary>
    private int Insert(ReadOnlySpan<byte> data, int place)
    {
        if (place + MinMatch > data.Length)
        {
            return 0;
        }
        var hash = (BinaryPrimitives.ReadUInt32BigEndian(data[place..]) * 0x1E35A7BDu) >> (32 - HashBits);
        var newest = _heads[hash];
        _previous[place & (WindowLength - 1)] = newest;
        _heads[hash] = place + _origin;
        return newest;
    }

    private Match FindMatch(ReadOnlySpan<byte> data, int place, int newest)
    {
        var candidate = newest - _origin;
        var oldest = Math.Max(place - WindowLength, _buffer);
        if (candidate < oldest)
        {
            return Match.None;
        }
        var ahead = data.Slice(place, Math.Min(MaxMatch, data.Length - place));
        var best = Match.None;
        // A longer match has the same four bytes up to the first beyond the best.
        var wanted = BinaryPrimitives.ReadUInt32LittleEndian(ahead);
        for (var tries = MaxTries; tries > 0; tries--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(data[(candidate + best.Length - MinMatch + 1)..]) == wanted)
            {
                var length = ahead.CommonPrefixLength(data.Slice(candidate, ahead.Length));
                if (length > best.Length && (length > MinMatch || place - candidate <= MaxDistanceOfMinMatch))
                {
                    best = new Match(length, place - candidate);
                    if (length == ahead.Length)
                    {
                        break;
                    }
                    wanted = BinaryPrimitives.ReadUInt32LittleEndian(ahead[(length - MinMatch + 1)..]);
                }
            }
            if (candidate == place - WindowLength)
            {
                break;              // its entry is already that of the present place
            }
            candidate = _previous[candidate & (WindowLength - 1)] - _origin;
            if (candidate < oldest)
            {
                break;
            }
        }
        return best;
    }

    private readonly record struct Match(int Length, int Distance)
    {
        public static readonly Match None = new(MinMatch - 1, 0);
    }
}
