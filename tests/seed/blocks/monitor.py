def monitor_model_health():
    metrics = get_model_metrics()
    if metrics['accuracy'] < 0.9:
        send_alert('模型性能下降')
