using Grpc.Core;
using Grpc.Core.Interceptors;
using Matchbox.Core;
using Matchbox.Core.Access.Audit;
using Matchbox.Http.Grpc.Wire;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Grpc;

/// <summary>Writes down who wrote what by gRPC, and what became of it: into the log, and into the audit log where the host has one.</summary>
internal sealed partial class WriteAudit(ILogger<WriteAudit> logger, IAuditLog? audit = null, TimeProvider? clock = null) : Interceptor
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
            var certificate = context.GetHttpContext().Connection.ClientCertificate;
            var from = context.GetHttpContext().Connection.RemoteIpAddress?.ToString() ?? "";
            if (audit is not null)
            {
                await audit.RecordAsync(new AuditEntry
                {
                    At = (clock ?? TimeProvider.System).GetUtcNow(),
                    Kind = AuditKind.Change,
                    Who = ClientText.Escape(certificate?.Subject ?? ""),
                    From = from,
                    Via = "grpc",
                    Action = context.Method,
                    Object = ClientText.Escape(target),
                    Outcome = outcome.ToString(),
                });
            }
            LogWrite(logger, context.Method, ClientText.Escape(target), certificate?.Subject ?? "", certificate?.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256) ?? "", context.Peer, outcome);
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
