using System.Collections.Concurrent;
using System.Text;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Formatting;

namespace Matchbox.Appliance.Hosting;

/// <summary>
/// Writes the log on a thread of its own: who logs waits for no terminal or disk. The first event after a pause is written at once,
/// those of the next moment together, in their order. When more wait than <see cref="MostWaiting"/>, who logs waits too: none is lost.
/// </summary>
internal sealed class BatchedSink : ILogEventSink, IDisposable
{
    private const int MostWaiting = 10_000;
    private const int BufferLength = 32 * 1024;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    private readonly BlockingCollection<LogEvent> _waiting = new(MostWaiting);
    private readonly ITextFormatter _format;
    private readonly StreamWriter _output;
    private readonly Thread _writer;

    /// <param name="format">What an event becomes.</param>
    /// <param name="output">Where that goes, as UTF-8. It is closed with the sink.</param>
    public BatchedSink(ITextFormatter format, Stream output)
    {
        _format = format;
        _output = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferLength);
        _writer = new Thread(Write) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public void Emit(LogEvent logEvent) => _waiting.Add(logEvent);

    /// <summary>Writes what waits. Nothing may be logged any more.</summary>
    public void Dispose()
    {
        _waiting.CompleteAdding();
        _writer.Join();
        _waiting.Dispose();
    }

    private void Write()
    {
        while (_waiting.TryTake(out var logEvent, Timeout.Infinite))
        {
            try
            {
                do
                {
                    _format.Format(logEvent, _output);
                }
                while (_waiting.TryTake(out logEvent));
                _output.Flush();
            }
            catch (Exception failure)
            {
                // A full disk under the log, or an event that cannot be told, is no reason to answer no machines.
                SelfLog.WriteLine("log: {0}", failure);
            }
            if (!_waiting.IsAddingCompleted)
            {
                Thread.Sleep(Moment);
            }
        }
        try
        {
            _output.Dispose();
        }
        catch (IOException failure)
        {
            SelfLog.WriteLine("log: {0}", failure);
        }
    }
}
