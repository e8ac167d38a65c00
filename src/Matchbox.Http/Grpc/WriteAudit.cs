using Grpc.Core;
using Grpc.Core.Interceptors;
using Matchbox.Core;
using Matchbox.Core.Access.Audit;
using Matchbox.Http.Grpc.Tls;
using Matchbox.Http.Grpc.Wire;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Grpc;

/// <summary>Writes down who wrote what by gRPC, and what became of it: in the log, and in the audit log where there is one.</summary>
internal sealed partial class WriteAudit(TimeProvider clock, ILogger<WriteAudit> logger, IAuditLog? audit = null) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (TargetOf(request) is not { } target)
        {
            return await continuation(request, context);
        }
        var outcome = StatusCode.Internal;
        try
        {
            var response = await continuation(request, context);
            outcome = StatusCode.OK;
            return response;
        }
        catch (RpcException refused)
        {
            outcome = refused.StatusCode;
            throw;
        }
        finally
        {
            await RecordAsync(context, ClientText.Escape(target), outcome);
        }
    }

    private async Task RecordAsync(ServerCallContext context, string target, StatusCode outcome)
    {
        var certificate = context.GetHttpContext().Connection.ClientCertificate;
        var subject = ClientText.Escape(certificate?.Subject ?? "");
        var fingerprint = certificate is null ? "" : ClientCertificates.FingerprintOf(certificate);
        LogWrite(logger, context.Method, target, subject, fingerprint, context.Peer, outcome);
        if (audit is not null)
        {
            await audit.RecordAsync(new AuditEntry
            {
                At = clock.GetUtcNow(),
                Kind = AuditKind.Change,
                Who = $"{subject} (SHA-256 {fingerprint})",
                From = context.GetHttpContext().Connection.RemoteIpAddress?.ToString() ?? "",
                Via = "grpc",
                Action = context.Method[(context.Method.LastIndexOf('/') + 1)..],
                Object = target,
                Outcome = outcome.ToString(),
            });
        }
    }

    // What the request would change; null: it only reads.
    private static string? TargetOf(object request) => request switch
    {
        GroupPutRequest put => put.Group?.Id ?? "",
        GroupDeleteRequest delete => delete.Id,
        ProfilePutRequest put => put.Profile?.Id ?? "",
        ProfileDeleteRequest delete => delete.Id,
        IgnitionPutRequest put => put.Name,
        IgnitionDeleteRequest delete => delete.Name,
        GenericPutRequest put => put.Name,
        GenericDeleteRequest delete => delete.Name,
        _ => null,
    };

    [LoggerMessage(5100, LogLevel.Information, "{Method} \"{Target}\" by {Subject} (SHA-256 {Fingerprint}, {Peer}): {Outcome}")]
    private static partial void LogWrite(ILogger logger, string method, string target, string subject, string fingerprint, string peer, StatusCode outcome);
}
