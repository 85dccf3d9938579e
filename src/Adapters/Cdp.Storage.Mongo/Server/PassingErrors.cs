using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Server;

/// <summary>Which errors pass by themselves: the server is away, slow, shutting down, or changes its primary.</summary>
internal static class PassingErrors
{
    // Of the server's error codes: those that drivers call retryable, time limits, and writes that a majority has not confirmed.
    private static readonly HashSet<int> Codes =
        [6, 7, 24, 46, 50, 64, 89, 91, 112, 133, 134, 189, 202, 262, 358, 384, 9001, 10107, 11600, 11602, 13388, 13435, 13436];

    public static bool Include(Exception exception) => exception switch
    {
        MongoAuthenticationException => false,
        MongoConnectionException or MongoConnectionPoolPausedException or MongoWaitQueueFullException or TimeoutException => true,
        MongoExecutionTimeoutException or MongoNotPrimaryException or MongoNodeIsRecoveringException => true,
        MongoWriteException write => Include(write.WriteConcernError) || Include(write.WriteError),
        MongoBulkWriteException<BsonDocument> bulk => Include(bulk.WriteConcernError) || bulk.WriteErrors.Any(Include),
        MongoWriteConcernException concern => concern.WriteConcernResult.Response?.GetValue("writeConcernError", null) is BsonDocument error && Codes.Contains(error["code"].ToInt32()),
        MongoCommandException command => Codes.Contains(command.Code) || HasRetryableLabel(command),
        _ => exception is MongoException other && HasRetryableLabel(other),
    };

    private static bool HasRetryableLabel(MongoException exception) =>
        exception.HasErrorLabel("RetryableWriteError") || exception.HasErrorLabel("TransientTransactionError");

    private static bool Include(WriteError? error) => error is not null && Codes.Contains(error.Code);

    private static bool Include(WriteConcernError? error) => error is not null && Codes.Contains(error.Code);
}
