using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Matchbox.Templates;
using Microsoft.AspNetCore.Connections;

namespace Matchbox.Http.Boot.Requests;

/// <summary>
/// The request line of a connection's first request, where Kestrel would refuse it and poseidon/matchbox answers it: octets that are
/// not ASCII, <c>%00</c>, <c>CONNECT</c> with a path, absolute and malformed targets. Kestrel is given another line, and the connection ends
/// with that one request. Later requests of a connection are Kestrel's to judge.
/// </summary>
internal sealed record UnusualRequestLine(string Method, string Target)
{
    private const int MaxHead = 16 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Looks at the first line and puts another in its place where needed. False: nothing came in time, or too much.</summary>
    public static async Task<bool> LookAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        patience.CancelAfter(Patience);
        var wholeHead = false;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(patience.Token);
                var buffer = read.Buffer;
                if (!wholeHead && Find(buffer, "\n"u8) is { } line)
                {
                    if (!IsUnusual(line))
                    {
                        input.AdvanceTo(buffer.Start);
                        return true;
                    }
                    wholeHead = true;
                }
                if (wholeHead && Find(buffer, "\r\n\r\n"u8) is { } head && TryParse(head, out var unusual, out var instead))
                {
                    input.AdvanceTo(buffer.GetPosition(head.Length));
                    connection.Features.Set(unusual);
                    connection.Transport = new Replaced(PipeReader.Create(new ReadOnlySequence<byte>(instead)), connection.Transport.Output);
                    return true;
                }
                if (read.IsCompleted || buffer.Length > MaxHead)
                {
                    // Kestrel says what is wrong with it.
                    input.AdvanceTo(buffer.Start);
                    return true;
                }
                input.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ConnectionAbortedException or ConnectionResetException)
        {
            connection.Abort();
            return false;
        }
    }

    private static byte[]? Find(ReadOnlySequence<byte> buffer, ReadOnlySpan<byte> end)
    {
        var reader = new SequenceReader<byte>(buffer);
        return reader.TryReadTo(out ReadOnlySequence<byte> before, end) ? buffer.Slice(0, before.Length + end.Length).ToArray() : null;
    }

    private static bool IsUnusual(ReadOnlySpan<byte> line)
    {
        var space = line.IndexOf((byte)' ');
        if (space <= 0)
        {
            return false;
        }
        var target = line[(space + 1)..];
        var end = target.IndexOf((byte)' ');
        target = end < 0 ? target : target[..end];
        return target is not [(byte)'/', ..] and not [(byte)'*']
            || line.StartsWith("CONNECT "u8)
            || target.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) >= 0
            || target.IndexOf("%00"u8) >= 0;
    }

    private static bool TryParse(byte[] head, out UnusualRequestLine? unusual, out byte[] instead)
    {
        unusual = null;
        instead = [];
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        if (lines[0].Split(' ') is not [var method, var target, "HTTP/1.0" or "HTTP/1.1"] || target.Length == 0)
        {
            return false;
        }
        unusual = new UnusualRequestLine(method, OctetText.Decode(Encoding.Latin1.GetBytes(target)));
        // A body is not read here, so it must not be announced.
        var rest = lines.Skip(1).Where(line => line.Length > 0 && !IsHeader(line, "Content-Length") && !IsHeader(line, "Transfer-Encoding") && !IsHeader(line, "Connection"));
        var ordinary = method is "HEAD" ? "HEAD" : "GET";
        instead = Encoding.Latin1.GetBytes(string.Join("\r\n", [$"{ordinary} / HTTP/1.1", .. rest, "Connection: close", "", ""]));
        return true;
    }

    private static bool IsHeader(string line, string name) => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase);

    private sealed record Replaced(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
