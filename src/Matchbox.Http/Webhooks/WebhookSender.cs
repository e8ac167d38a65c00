using System.Net.Http.Headers;
using System.Security.Cryptography;
using Matchbox.Core.Webhooks;
using Matchbox.Http.Outbound;

namespace Matchbox.Http.Webhooks;

/// <summary>One event for one target.</summary>
/// <param name="Id">The delivery's name, the same for each try.</param>
/// <param name="Event">The event's sequence number; 0: a test.</param>
/// <param name="Kind">The event's kind as the API writes it.</param>
/// <param name="Body">The event as JSON, as the API shows it.</param>
public sealed record WebhookMessage(string Id, long Event, string Kind, ReadOnlyMemory<byte> Body);

/// <summary>What came of one try.</summary>
/// <param name="At">When it began.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Status">The status of the answer; null: there was none.</param>
/// <param name="Error">What is wrong, in words; null: the receiver has it.</param>
/// <param name="MayPass">May another try go better.</param>
/// <param name="RetryAfter">How long the receiver asks to be left alone.</param>
public sealed record WebhookTry(DateTimeOffset At, TimeSpan Took, int? Status, string? Error, bool MayPass, TimeSpan? RetryAfter);

/// <summary>Signs an event and posts it, once. Thread-safe.</summary>
public sealed class WebhookSender(WebhookBook book, OutboundClient client, TimeProvider clock)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly ProductInfoHeaderValue Agent = new("matchbox", null);

    /// <summary>Posts it to the target as it is set now.</summary>
    public async Task<WebhookTry> SendAsync(Webhook webhook, WebhookMessage message, CancellationToken cancellation)
    {
        var at = clock.GetUtcNow();
        if (book.OpenSecret(webhook.Id) is not { } secret)
        {
            return new WebhookTry(at, TimeSpan.Zero, null, "the signing secret cannot be opened with the present master key: set the webhook again with a new secret", false, null);
        }
        var signature = WebhookSignature.Sign(secret, message.Id, at, message.Body.Span);
        CryptographicOperations.ZeroMemory(secret);
        var started = clock.GetTimestamp();
        var answer = await client.SendAsync(new Uri(webhook.Url), url => Make(url, message, signature), cancellation);
        var took = clock.GetElapsedTime(started);
        return answer switch
        {
            OutboundAnswer.Answered { Status: var status } when RetryPolicy.IsDone(status) => new WebhookTry(at, took, status, null, false, null),
            OutboundAnswer.Answered { Status: var status } answered =>
                new WebhookTry(at, took, status, $"the receiver answered {status}", RetryPolicy.IsPassing(status), answered.RetryAfter),
            OutboundAnswer.Refused(var reason) => new WebhookTry(at, took, null, $"not called: {reason}", false, null),
            OutboundAnswer.Failed(var reason) => new WebhookTry(at, took, null, reason, true, null),
            _ => throw new InvalidOperationException($"an answer of no known kind: {answer}"),
        };
    }

    private static HttpRequestMessage Make(Uri url, WebhookMessage message, string signature)
    {
        var content = new ReadOnlyMemoryContent(message.Body);
        content.Headers.ContentType = Json;
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.UserAgent.Add(Agent);
        request.Headers.Add(WebhookSignature.DeliveryHeader, message.Id);
        request.Headers.Add(WebhookSignature.SignatureHeader, signature);
        return request;
    }
}
